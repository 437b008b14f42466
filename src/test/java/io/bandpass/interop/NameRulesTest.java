package io.bandpass.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.interop.CheckpointNaming.Family;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names there and here: the table of docs/weights.md. */
final class NameRulesTest {
    @ParameterizedTest
    @CsvSource({
        "VIT, blocks.3.gamma_1, blocks.3.ls1.gamma",
        "VIT, blocks.11.gamma_2, blocks.11.ls2.gamma",
        "VIT, blocks.3.ls1.gamma, blocks.3.ls1.gamma",
        "VIT, norm.weight, norm.weight",
        "SWIN, head.weight, head.fc.weight",
        "SWIN, layers.0.downsample.norm.bias, layers.1.downsample.norm.bias",
        "RESNET, layer1.0.downsample.0.weight, layer1.0.downsample.0.weight",
        "CONVNEXT, downsample_layers.0.0.weight, stem.0.weight",
        "CONVNEXT, downsample_layers.0.1.bias, stem.1.bias",
        "CONVNEXT, downsample_layers.2.1.weight, stages.2.downsample.1.weight",
        "CONVNEXT, stages.2.11.dwconv.bias, stages.2.blocks.11.conv_dw.bias",
        "CONVNEXT, stages.2.11.pwconv1.weight, stages.2.blocks.11.mlp.fc1.weight",
        "CONVNEXT, stages.2.11.pwconv2.bias, stages.2.blocks.11.mlp.fc2.bias",
        "CONVNEXT, stages.2.11.norm.bias, stages.2.blocks.11.norm.bias",
        "CONVNEXT, stages.2.11.gamma, stages.2.blocks.11.gamma",
        "CONVNEXT, stages.2.blocks.11.gamma, stages.2.blocks.11.gamma",
        "CONVNEXT, stages.1.downsample.0.bias, stages.1.downsample.0.bias",
        "CONVNEXT, norm.bias, head.norm.bias",
        "CONVNEXT, head.bias, head.fc.bias"
    })
    void namesBecomeOurs(Family family, String theirs, String ours) {
        assertThat(new NameRules(family, Set.of(theirs)).ours(theirs)).isEqualTo(ours);
    }

    @Test
    void withRelativePositionsTheNamesAreBeits() {
        NameRules rules = new NameRules(Family.VIT, Set.of("rel_pos_bias.relative_position_bias_table"));
        assertThat(rules.hasRelativePositions()).isTrue();
        assertThat(rules.ours("blocks.3.ls1.gamma")).isEqualTo("blocks.3.gamma_1");
        assertThat(rules.ours("blocks.3.gamma_2")).isEqualTo("blocks.3.gamma_2");
    }

    @Test
    void timmsPlaceOfMergingStays() {
        NameRules rules = new NameRules(Family.SWIN, Set.of("layers.1.downsample.norm.bias"));
        assertThat(rules.ours("layers.1.downsample.norm.bias")).isEqualTo("layers.1.downsample.norm.bias");
    }

    @ParameterizedTest
    @CsvSource({
        "VIT, blocks.0.attn.relative_position_index, true",
        "VIT, rel_pos_bias.relative_position_index, true",
        "VIT, blocks.0.attn.relative_position_bias_table, false",
        "VIT, mask_token, true",
        "VIT, lm_head.weight, true",
        "SWIN, layers.0.blocks.1.attn_mask, true"
    })
    void whatFollowsFromTheGeometryIsLeftOut(Family family, String name, boolean ignored) {
        assertThat(new NameRules(family, Set.of(name)).reasonToIgnore(name).isEmpty())
                .isNotEqualTo(ignored);
    }

    @ParameterizedTest
    @CsvSource({
        "VIT, fc_norm.weight, true",
        "VIT, head.bias, true",
        "VIT, norm.bias, false",
        "SWIN, head.fc.bias, true",
        "CONVNEXT, head.norm.bias, false",
        "CONVNEXT, head.fc.weight, true",
        "RESNET, fc.weight, true",
        "RESNET, layer1.0.conv1.weight, false"
    })
    void headsAreToldFromEncoders(Family family, String name, boolean head) {
        assertThat(new NameRules(family, Set.of(name)).isHead(name)).isEqualTo(head);
    }
}
