package io.bandpass.interop;

import io.bandpass.format.TensorFile;
import io.bandpass.format.WeightsException;
import io.bandpass.format.WeightsLoader;
import io.bandpass.interop.BackboneNames.Style;
import io.bandpass.interop.BackboneNames.Trait;
import io.bandpass.interop.CheckpointNaming.Family;
import io.bandpass.torch.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parts of a segmentation checkpoint of mmsegmentation or of a program built on it, under Bandpass names. The tensors
 * belong to the file or to the scope that created them.
 *
 * @param encoder the encoder, without final norm and classifier
 * @param behind neck and heads
 * @param names how the file names encoder and neck
 * @param ignored names in the file that are skipped on purpose, with the reason
 * @param notices remarks for the user
 */
record SegmenterParts(
        CheckpointNaming.Parts encoder,
        Map<String, Tensor> behind,
        BackboneNames names,
        Map<String, String> ignored,
        List<String> notices) {
    static final String HEAD = "decode_head.";
    static final String AUXILIARY = "auxiliary_head.";
    /** Tensors that only UperNet's head has both of. */
    private static final List<String> SIGNS =
            List.of(HEAD + "lateral_convs.0.conv.weight", HEAD + "psp_modules.0.1.conv.weight");

    private static final String NECK = "neck.";
    private static final Pattern LEVEL_NORM = Pattern.compile("norm[0-3]\\.(weight|bias)");
    private static final Pattern PYRAMID = Pattern.compile("fpn[1-4]\\..*", Pattern.DOTALL);
    private static final Pattern FINAL_NORM = Pattern.compile("(norm|head\\.norm)\\.(weight|bias)");
    /** The one auxiliary head that is known: one convolution with its norm, and the classifying one. */
    private static final Pattern PLAIN_AUXILIARY =
            Pattern.compile("auxiliary_head\\.(convs\\.0\\.(conv\\.weight|[bg]n\\.\\w+)|conv_seg\\.(weight|bias))");

    /**
     * Takes a file apart if it holds a segmentation model.
     *
     * @return empty if there are no heads of one
     * @throws WeightsException if its parts are of no known kind
     */
    static Optional<SegmenterParts> of(TensorFile file) {
        if (file.names().stream().noneMatch(name -> name.contains(HEAD) || name.contains(AUXILIARY))) {
            return Optional.empty();
        }
        CheckpointPrefixes.Plain plain = CheckpointPrefixes.plain(file);
        Map<String, Tensor> backbone = new LinkedHashMap<>();
        Map<String, Tensor> behind = new TreeMap<>();
        Map<String, String> ignored = new TreeMap<>(plain.ignored());
        plain.plain().forEach((name, tensor) -> {
            if (Stream.of(HEAD, AUXILIARY, NECK).anyMatch(name::startsWith)
                    || LEVEL_NORM.matcher(name).matches()
                    || PYRAMID.matcher(name).matches()) {
                behind.put(name, tensor);
            } else if (name.startsWith("ema_") || name.equals("steps")) {
                ignored.put(name, "a moving average of the weights, or its counter");
            } else if (name.startsWith("data_preprocessor.")) {
                ignored.put(name, "normalisation of the images");
            } else {
                backbone.put(name, tensor);
            }
        });
        checkHead(file.source(), behind);
        BackboneNames names = BackboneNames.of(backbone.keySet());
        checkBackbone(file.source(), names, backbone);
        List<String> notices = new ArrayList<>(plain.notices());
        CheckpointNaming.Parts encoder = encoder(file.source(), names, backbone);
        ignored.putAll(encoder.ignored());
        dropUnread(encoder, ignored);
        Map<String, Tensor> renamed = pyramid(file.source(), behind);
        dropOtherAuxiliary(renamed, ignored, notices);
        CheckpointNaming.addCounters(renamed, notices);
        notices.addAll(encoder.notices());
        return Optional.of(new SegmenterParts(encoder, renamed, names, ignored, notices));
    }

    private static void checkHead(String source, Map<String, Tensor> behind) {
        if (behind.keySet().stream().noneMatch(name -> name.startsWith(HEAD))) {
            throw new WeightsException(source + " holds a segmentation model without its head: there is "
                    + WeightsLoader.shown(behind.keySet().iterator().next()) + ", but nothing named " + HEAD + "*");
        }
        for (String sign : SIGNS) {
            if (!behind.containsKey(sign)) {
                throw new WeightsException(source + " holds a segmentation model whose head is not UperNet's: it lacks "
                        + sign + ", and only UperNet can be imported");
            }
        }
    }

    private static void checkBackbone(String source, BackboneNames names, Map<String, Tensor> backbone) {
        if (backbone.isEmpty()) {
            throw new WeightsException(source + " holds heads of a segmentation model, but no encoder for them, whose"
                    + " tensors would be named backbone.*");
        }
        if (backbone.containsKey("stem.0.weight") && backbone.containsKey("layer1.0.conv1.weight")) {
            throw new WeightsException(source + " holds a ResNet whose stem is three convolutions, as mmsegmentation's"
                    + " ResNetV1c and V1d have it; only the stem of one convolution of 7 x 7 can be imported");
        }
        if (names.style() != Style.AUTHORS && backbone.containsKey("ln1.weight")) {
            throw new WeightsException(source + " holds a ViT whose last map is normalised before the head"
                    + " (final_norm), by backbone.ln1; only maps without a norm can be read");
        }
    }

    private static CheckpointNaming.Parts encoder(String source, BackboneNames names, Map<String, Tensor> backbone) {
        Map<String, Tensor> authors = new LinkedHashMap<>();
        boolean unfolded =
                names.unfolds(Family.SWIN) && backbone.containsKey("stages.0.blocks.0.attn.w_msa.qkv.weight");
        backbone.forEach((name, tensor) -> {
            String renamed = names.authors(name);
            Tensor value =
                    unfolded && UnfoldedMerging.concerns(renamed, tensor) ? UnfoldedMerging.toCells(tensor) : tensor;
            if (authors.put(renamed, value) != null) {
                throw new WeightsException(source + " has two tensors that stand for " + WeightsLoader.shown(renamed));
            }
        });
        Tensor patches = authors.get("patch_embed.proj.weight");
        if (names.has(Trait.NO_PATCH_BIAS) && patches != null && patches.dim() == 4) {
            authors.put(BackboneNames.PATCH_BIAS, Tensors.zeros(ScalarType.Float, patches.size(0)));
        }
        return CheckpointNaming.map(new TensorFile(source, authors, Map.of()));
    }

    /** Leaves out what stands between an encoder and a classifier: the head reads maps before it. */
    private static void dropUnread(CheckpointNaming.Parts encoder, Map<String, String> ignored) {
        String reason = "a norm or classifier at the end of the encoder, which UperNet does not read";
        encoder.head().keySet().forEach(name -> ignored.put(name, reason));
        encoder.encoder().keySet().removeIf(name -> {
            boolean unread = FINAL_NORM.matcher(name).matches();
            if (unread) {
                ignored.put(name, reason);
            }
            return unread;
        });
    }

    /** Gives a ViT's pyramid the names of BEiT. */
    private static Map<String, Tensor> pyramid(String source, Map<String, Tensor> behind) {
        NameTemplates templates = PyramidNames.templates(behind.containsKey(PyramidNames.FOURFOLD));
        Map<String, Tensor> renamed = new TreeMap<>();
        behind.forEach((name, tensor) -> {
            String ours = templates.here(name).orElse(name);
            if (ours.startsWith(NECK)) {
                throw new WeightsException(source + " has a neck that is none of UperNet's here: its tensor "
                        + WeightsLoader.shown(name) + " is none of a feature pyramid as BEiT has it, fpn1 and fpn2, or"
                        + " neck.upsample_4x and neck.upsample_2x");
            }
            renamed.put(ours, tensor);
        });
        return renamed;
    }

    /** Leaves out an auxiliary head of another form: it matters only in training. */
    private static void dropOtherAuxiliary(
            Map<String, Tensor> behind, Map<String, String> ignored, List<String> notices) {
        List<String> all = behind.keySet().stream()
                .filter(name -> name.startsWith(AUXILIARY))
                .toList();
        Tensor convolution = behind.get(AUXILIARY + "convs.0.conv.weight");
        Tensor classifier = behind.get(AUXILIARY + "conv_seg.weight");
        Tensor main = behind.get(HEAD + "conv_seg.weight");
        boolean plain =
                all.stream().allMatch(name -> PLAIN_AUXILIARY.matcher(name).matches())
                        && convolution != null
                        && convolution.dim() == 4
                        && convolution.size(2) == 3
                        && classifier != null
                        && main != null
                        && main.dim() == 4
                        && classifier.dim() == 4
                        && main.size(0) == classifier.size(0);
        if (!all.isEmpty() && !plain) {
            all.forEach(name -> ignored.put(name, "an auxiliary head of another form, which only training uses"));
            behind.keySet().removeAll(all);
            notices.add("the auxiliary head is not one convolution of 3 x 3 and a classifier; it is left out, which"
                    + " changes no prediction");
        }
    }

    boolean hasAuxiliary() {
        return behind.containsKey(AUXILIARY + "convs.0.conv.weight");
    }

    /** Channels of the maps that the head takes, as its first convolutions show. */
    List<Long> mapWidths() {
        List<Long> widths = new ArrayList<>();
        for (String name : List.of(
                HEAD + "lateral_convs.0.conv.weight",
                HEAD + "lateral_convs.1.conv.weight",
                HEAD + "lateral_convs.2.conv.weight",
                HEAD + "psp_modules.0.1.conv.weight")) {
            Tensor tensor = behind.get(name);
            long[] shape = tensor == null ? new long[0] : Tensors.shape(tensor);
            widths.add(shape.length == 4 ? shape[1] : 0);
        }
        return widths;
    }
}
