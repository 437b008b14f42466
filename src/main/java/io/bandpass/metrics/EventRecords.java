package io.bandpass.metrics;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;

/** Record framing of TensorBoard event files: length, masked CRC, content, masked CRC, little endian. */
final class EventRecords {
    private static final int STEP_FIELD = 2;
    private static final int LARGEST = 1 << 28;

    private EventRecords() {}

    static void write(OutputStream stream, byte[] event) throws IOException {
        DataOutputStream out = new DataOutputStream(stream);
        byte[] length = littleEndian(8).putLong(event.length).array();
        out.write(length);
        out.write(littleEndian(4).putInt(maskedCrc(length)).array());
        out.write(event);
        out.write(littleEndian(4).putInt(maskedCrc(event)).array());
        out.flush();
    }

    /** Returns the next record; empty at the end of the file, or at a record that a killed process left incomplete. */
    static Optional<byte[]> read(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(stream);
        try {
            byte[] length = new byte[8];
            in.readFully(length);
            long size = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
            if (in.readInt() != Integer.reverseBytes(maskedCrc(length)) || size < 0 || size > LARGEST) {
                return Optional.empty();
            }
            byte[] event = new byte[(int) size];
            in.readFully(event);
            boolean valid = in.readInt() == Integer.reverseBytes(maskedCrc(event));
            return valid ? Optional.of(event) : Optional.empty();
        } catch (EOFException e) {
            return Optional.empty();
        }
    }

    /** Returns the global step of an event; 0 if it has none. */
    static long stepOf(byte[] event) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(event);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == STEP_FIELD) {
                return in.readInt64();
            }
            in.skipField(tag);
        }
        return 0;
    }

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int maskedCrc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        int value = (int) crc.getValue();
        return Integer.rotateRight(value, 15) + 0xA282EAD8;
    }
}
