package io.bandpass.data;

import io.bandpass.format.TarException;
import io.bandpass.format.TarReader;
import io.bandpass.format.TarReader.Kind;
import io.bandpass.format.TarReader.Member;
import io.bandpass.image.BadImageException;
import io.bandpass.image.HeaderCheck;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.ImageHeader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Scans a WebDataset shard: groups the members that stand side by side and share a key into samples, and checks the
 * header of each sample's image. Nothing in the shard ends a scan; what cannot be used is listed with the reason.
 */
final class ShardScan {
    /** Version of what a scan finds, part of the identity of an index. To be increased with any change. */
    static final int VERSION = 2;

    /** Longest name of a member, in characters. */
    private static final int LONGEST_NAME = 1024;

    /** A sample may have an image in several formats, of which the first in this order is taken. */
    private static final List<String> PREFERRED = List.of("jpg", "jpeg", "png", "webp");

    private static final int COMPOUND = PREFERRED.size() + 1;

    private final TarReader reader;
    private final ShardCatalog.Builder catalog = new ShardCatalog.Builder();
    private final LongSet keys = new LongSet();
    private final List<String> remarks = new ArrayList<>();
    private final Set<String> extensions = new HashSet<>();
    private String key = "";
    private boolean again;
    private String first = "";
    private @Nullable ShardMember image;
    private int rank;
    private int compounds;
    private long offset;
    private int length;
    private HeaderCheck check = HeaderCheck.other();
    private @Nullable String doubled;
    private int label = ImageSource.UNLABELLED;
    private boolean labelIsText;
    private boolean truncated;
    private int withoutImage;
    private int skipped;
    private String firstSkipped = "";

    private ShardScan(TarReader reader) {
        this.reader = reader;
    }

    /**
     * Scans a shard.
     *
     * @param facts of the file, as of now
     * @param unpacking limits how many files with compressed pages are scanned at once
     */
    static ShardCatalog of(Path file, FileFacts facts, Semaphore unpacking) {
        if (!facts.isRegularFile()) {
            // Opening a pipe would wait for its writer.
            return ShardCatalog.unreadable(facts.isDirectory() ? "it is a folder" : "it is no regular file");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            ShardCatalog found = ShardNames.isParquet(file)
                    ? ParquetScan.of(channel, facts.size(), unpacking)
                    : new ShardScan(new TarReader(channel, facts.size())).scan();
            return FileFacts.isUnchanged(file, facts)
                    ? found
                    : ShardCatalog.unreadable("it changed while it was read; wait until it has been written");
        } catch (IOException e) {
            return ShardCatalog.unreadable(BadImageException.unreadable(e).reason());
        }
    }

    private ShardCatalog scan() throws IOException {
        String problem = "";
        try {
            for (Member member = reader.next(); member != null; member = reader.next()) {
                take(member);
            }
            if (!reader.hasEndMark() && !truncated) {
                remarks.add("has no end mark, so that it may be truncated");
            }
            long trailing = reader.trailing();
            if (trailing >= 0) {
                remarks.add("holds more behind its end mark, from byte " + trailing
                        + " on, which is not read; archives cannot be joined like text");
            }
        } catch (TarException e) {
            problem = String.valueOf(e.getMessage());
        }
        endSample();
        return new ShardCatalog(
                catalog.samples(),
                catalog.count(),
                problem,
                withoutImage,
                skipped,
                firstSkipped,
                List.copyOf(remarks),
                ParquetParts.NONE,
                true);
    }

    private void take(Member stored) throws IOException {
        if (stored.kind() == Kind.FOLDER) {
            return;
        }
        truncated |= !reader.isWhole(stored);
        ShardMember member = ShardMember.of(FileNames.text(stored.name()));
        if (member.key().isEmpty() || member.name().length() > LONGEST_NAME) {
            skip(member);
            return;
        }
        if (!member.key().equals(key)) {
            endSample();
            key = member.key();
            first = member.name();
            again = !keys.add(LongSet.hash(key));
        }
        if (!extensions.add(member.extension())) {
            doubled = "." + member.extension();
        } else if (ImageHeader.isImageEnding(member.ending())) {
            takeImage(member, stored);
        } else if (member.extension().equals(ShardLabels.TEXT)) {
            label = isReadable(stored, ShardLabels.LONGEST_TEXT)
                    ? ShardLabels.ofText(reader.content(stored))
                    : ShardLabels.NO_NUMBER;
            labelIsText = true;
        } else if (member.extension().equals(ShardLabels.JSON) && !labelIsText) {
            label = isReadable(stored, ShardLabels.LONGEST_JSON)
                    ? ShardLabels.ofJson(reader.content(stored))
                    : ShardLabels.NO_FIELD;
        }
    }

    private boolean isReadable(Member stored, int longest) {
        return stored.kind() == Kind.FILE && stored.size() <= longest && reader.isWhole(stored);
    }

    private void skip(ShardMember member) {
        if (skipped == 0) {
            String name = member.name();
            firstSkipped = name.substring(0, Math.min(name.length(), LONGEST_NAME));
        }
        skipped++;
    }

    private void takeImage(ShardMember member, Member stored) throws IOException {
        int preference = PREFERRED.indexOf(member.extension());
        int own = member.isCompound() ? COMPOUND : preference < 0 ? PREFERRED.size() : preference;
        compounds += member.isCompound() ? 1 : 0;
        boolean better = image == null
                || own < rank
                || (own == rank && member.extension().compareTo(image.extension()) < 0);
        if (!better) {
            return;
        }
        image = member;
        rank = own;
        offset = stored.offset();
        String rejection = rejection(member, stored);
        length = rejection == null ? (int) stored.size() : 0;
        check = rejection == null ? ImageHeader.check(reader.view(stored), true) : HeaderCheck.damaged(rejection);
    }

    private @Nullable String rejection(ShardMember member, Member stored) {
        if (member.leadsOut()) {
            return "its name leads out of the shard";
        }
        return switch (stored.kind()) {
            case LINK -> "it is a link within the shard, which has no pixels of its own";
            case SPARSE -> "it is stored as a sparse file; write the shard without --sparse";
            case FILE -> tooLong(stored);
            default -> "it is a device or another special file";
        };
    }

    private @Nullable String tooLong(Member stored) {
        if (!reader.isWhole(stored)) {
            return "the shard ends before its " + stored.size() + " bytes do: it is truncated";
        }
        return stored.size() > ImageDecoder.LARGEST_FILE ? "it is larger than 1 GiB" : null;
    }

    /** Adds the sample whose members have been taken, if it has an image. */
    private void endSample() {
        if (image != null) {
            String problem = problem();
            catalog.add(image.name(), offset, length, problem == null ? check : HeaderCheck.damaged(problem), label);
        } else if (again && !extensions.isEmpty()) {
            catalog.add(first, 0, 0, HeaderCheck.damaged(String.valueOf(problem())), label);
        } else if (!extensions.isEmpty()) {
            withoutImage++;
        }
        key = "";
        again = false;
        extensions.clear();
        image = null;
        compounds = 0;
        doubled = null;
        label = ImageSource.UNLABELLED;
        labelIsText = false;
    }

    private @Nullable String problem() {
        if (again) {
            return "its key stood in the shard before; the parts of a sample must stand side by side, and no two samples"
                    + " may have the same key";
        }
        if (doubled != null) {
            return "the shard has several members " + doubled + " of its key, of which one is meant";
        }
        return rank == COMPOUND && compounds > 1
                ? "its key has several images, none of which has the extension alone; the key ends at the first dot"
                : null;
    }
}
