package io.bandpass.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that go on behind the end of their row, further than an int counts. */
final class HostileBmpTest {
    private static final int WIDTH = 4;
    private static final int HEADERS = 14 + 40 + 8;

    /**
     * A file whose one row is of runs.
     *
     * @param command what is repeated: a run of 255 pixels, or a move by as many
     */
    private static byte[] bmp(byte[] command) {
        int times = Integer.MAX_VALUE / 255 + 100;
        ByteBuffer file =
                ByteBuffer.allocate(HEADERS + times * command.length + 2).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {'B', 'M'}).putInt(0).putInt(0).putInt(HEADERS);
        file.putInt(40).putInt(WIDTH).putInt(1).putShort((short) 1).putShort((short) 8);
        file.putInt(1).putInt(0).putInt(0).putInt(0).putInt(2).putInt(0);
        file.putInt(0).putInt(0x00FFFFFF);
        byte[] commands = file.array();
        for (int i = 0; i < times; i++) {
            System.arraycopy(command, 0, commands, HEADERS + i * command.length, command.length);
        }
        // A run at the end would stand in front of the row if the count had come round.
        commands[commands.length - 1] = 1;
        return commands;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void whatDoesNotFitInARowIsLeftOutHoweverMuchItIs(int kind) throws Exception {
        byte[] bmp = bmp(kind == 0 ? new byte[] {-1, 1} : new byte[] {0, 2, -1, 0});
        byte[] expected = new byte[3 * WIDTH];
        if (kind == 0) {
            Arrays.fill(expected, (byte) 255);
        } else {
            // After all moves, a run that must not come back into the row.
            bmp[bmp.length - 6] = -1;
            bmp[bmp.length - 5] = 1;
            bmp[bmp.length - 4] = 4;
            bmp[bmp.length - 3] = 1;
        }
        try (PointerScope scope = new PointerScope()) {
            assertThat(Decoded.of(bmp).toBytes()).isEqualTo(expected);
        }
    }
}
