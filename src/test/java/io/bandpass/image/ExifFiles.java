package io.bandpass.image;

import io.bandpass.testing.Images;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Puts EXIF blocks into images. */
final class ExifFiles {
    private ExifFiles() {}

    /** A block with one entry, the orientation as a number of some type. */
    static byte[] block(ByteOrder order, int type, int count, int orientation) {
        ByteBuffer block = ByteBuffer.allocate(8 + 2 + 24 + 4 + 8).order(order);
        block.put(order == ByteOrder.LITTLE_ENDIAN ? new byte[] {'I', 'I'} : new byte[] {'M', 'M'});
        block.putShort((short) 42).putInt(8).putShort((short) 2);
        block.putShort((short) 0x0100).putShort((short) 4).putInt(1).putInt(77);
        block.putShort((short) 0x0112).putShort((short) type).putInt(count);
        int position = block.position();
        switch (type) {
            case 1, 2, 6, 7 -> block.put((byte) orientation);
            case 3, 8 -> block.putShort((short) orientation);
            case 11 -> block.putFloat(orientation);
            case 5, 10 -> block.putInt(38).putInt(38, 2 * orientation).putInt(42, 2);
            case 12 -> block.putInt(38).putDouble(38, orientation);
            default -> block.putInt(orientation);
        }
        block.position(position + 4);
        return block.array();
    }

    static byte[] jpeg(byte[] jpeg, byte[] block) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        file.write(0xFF);
        file.write(0xE1);
        file.write((block.length + 8) >> 8);
        file.write(block.length + 8);
        file.writeBytes("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(block);
        file.write(jpeg, 2, jpeg.length - 2);
        return file.toByteArray();
    }

    static byte[] png(byte[] png, byte[] block, boolean behind) {
        int place = behind ? png.length - 12 : 8 + 12 + 13;
        return inserted(png, place, chunk("eXIf", block));
    }

    static byte[] inserted(byte[] file, int place, byte[] part) {
        ByteArrayOutputStream longer = new ByteArrayOutputStream();
        longer.write(file, 0, place);
        longer.writeBytes(part);
        longer.write(file, place, file.length - place);
        return longer.toByteArray();
    }

    /** A chunk of a PNG. */
    static byte[] chunk(String type, byte[] content) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + content.length);
        chunk.putInt(content.length)
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(content);
        CRC32 checksum = new CRC32();
        checksum.update(chunk.array(), 4, 4 + content.length);
        return chunk.putInt((int) checksum.getValue()).array();
    }

    /** An extended WebP around the frame of a plain one. */
    static byte[] webp(String name, byte[] block, boolean named) {
        byte[] plain = Images.bytes(name);
        byte[] frame = Arrays.copyOfRange(plain, 12, plain.length);
        byte[] exif = named ? inserted(block, 0, "Exif\0\0".getBytes(StandardCharsets.US_ASCII)) : block;
        byte[] extended = {8, 0, 0, 0, 11, 0, 0, 7, 0, 0};
        return riff(riffChunk("VP8X", extended), frame, riffChunk("EXIF", exif));
    }

    static byte[] riff(byte[]... chunks) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("WEBP".getBytes(StandardCharsets.US_ASCII));
        for (byte[] chunk : chunks) {
            all.writeBytes(chunk);
        }
        return riffChunk("RIFF", all.toByteArray());
    }

    static byte[] riffChunk(String type, byte[] content) {
        ByteBuffer chunk =
                ByteBuffer.allocate(8 + content.length + (content.length & 1)).order(ByteOrder.LITTLE_ENDIAN);
        chunk.put(type.getBytes(StandardCharsets.US_ASCII))
                .putInt(content.length)
                .put(content);
        return chunk.array();
    }
}
