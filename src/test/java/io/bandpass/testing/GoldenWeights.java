package io.bandpass.testing;

import io.bandpass.config.ConfigBuilder;
import io.bandpass.config.PretrainingConfig;
import io.bandpass.format.Safetensors;
import io.bandpass.format.TensorFile;
import io.bandpass.nn.NamedTensor;
import io.bandpass.pretext.PretextTask;
import io.bandpass.pretext.PretextTasks;
import io.bandpass.torch.Compute;
import io.bandpass.torch.Tensors;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Models and images of the authors' program as the files that commands take. */
public final class GoldenWeights {
    private GoldenWeights() {}

    /** Writes a full model whose state stands under a prefix of a golden file. */
    public static Path full(Path file, PretrainingConfig config, String golden, String prefix) throws IOException {
        try (PointerScope scope = new PointerScope();
                TensorFile tensors = Golden.tensors(golden);
                PretextTask task = PretextTasks.create(config, Compute.cpu())) {
            GoldenState.load(task.state(), tensors, prefix);
            Map<String, Tensor> named = new LinkedHashMap<>();
            for (NamedTensor entry : task.state()) {
                named.put(entry.name(), entry.tensor());
            }
            write(file, named, config, "full");
        }
        return file;
    }

    /** Writes a fine-tuned ViT as an import writes it: a norm of the mean and a head instead of the final norm. */
    public static Path classifier(Path file, String golden, String prefix) throws IOException {
        PretrainingConfig config = Configs.run(Configs.vitTiny(), 4);
        try (PointerScope scope = new PointerScope();
                TensorFile tensors = Golden.tensors(golden);
                PretextTask task = PretextTasks.create(config, Compute.cpu())) {
            Map<String, Tensor> named = new LinkedHashMap<>();
            for (NamedTensor entry : task.encoder().state()) {
                if (!entry.name().startsWith("norm.")) {
                    named.put(entry.name(), GoldenState.value(tensors, prefix + entry.name()));
                }
            }
            for (String name : new String[] {"fc_norm.weight", "fc_norm.bias", "head.weight", "head.bias"}) {
                named.put(name, tensors.get(prefix + name));
            }
            write(file, named, config, "classifier");
        }
        return file;
    }

    private static void write(Path file, Map<String, Tensor> tensors, PretrainingConfig config, String kind)
            throws IOException {
        Safetensors.write(file, tensors, Map.of("config", ConfigBuilder.toYaml(config), "kind", kind));
    }

    /** Writes images (N, 3, H, W), uint8, as PNGs {@code 0.png} to {@code N-1.png}. */
    public static Path images(Path folder, Tensor bytes) throws IOException {
        Files.createDirectories(folder);
        int height = (int) bytes.size(2);
        int width = (int) bytes.size(3);
        for (int i = 0; i < bytes.size(0); i++) {
            float[] values = Tensors.toFloats(bytes.select(0, i));
            BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            int plane = height * width;
            for (int p = 0; p < plane; p++) {
                int rgb = (int) values[p] << 16 | (int) values[plane + p] << 8 | (int) values[2 * plane + p];
                image.setRGB(p % width, Math.floorDiv(p, width), rgb);
            }
            ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
        }
        return folder;
    }
}
