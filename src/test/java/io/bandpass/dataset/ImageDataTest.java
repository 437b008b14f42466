package io.bandpass.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.bandpass.BandpassException;
import io.bandpass.testing.Images;
import io.bandpass.torch.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ImageDataTest {
    @TempDir
    Path folder;

    @Test
    void theThreadsOfTheCallerStayAsTheyWere() throws IOException {
        Images.write(folder.resolve("a.png"), 1, 20, 10);
        Engine.start(3);
        try {
            ImageData data = ImageData.at(List.of(folder.toString()), List.of("data.index=none"));
            assertThat(data.statistics(10, 0).sampled()).isEqualTo(1);
            assertThat(data.verify((images, all) -> {}).bad()).isEmpty();
            assertThat(torch.get_num_threads()).isEqualTo(3);
        } finally {
            torch.set_num_threads(1);
        }
    }

    @Test
    void aNativeLibraryThatIsNotThereIsAMatterOfTheDevice() {
        BandpassException failure =
                BandpassException.of(new UnsatisfiedLinkError("no jniopencv_core\nin java.library.path"));
        assertThat(failure.kind()).isEqualTo(BandpassException.Kind.DEVICE);
        assertThat(failure).hasMessageContaining("(no jniopencv_core)").hasMessageContaining("bandpass doctor");
    }
}
