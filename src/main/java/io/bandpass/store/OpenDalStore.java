package io.bandpass.store;

import io.bandpass.BandpassException;
import io.bandpass.text.PrintableText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.opendal.Entry;
import org.apache.opendal.ListOptions;
import org.apache.opendal.Metadata;
import org.apache.opendal.OpenDALException;
import org.apache.opendal.Operator;

/**
 * A bucket of S3, Google Cloud Storage or Azure, through Apache OpenDAL, which finds the credentials where the tools of
 * each cloud look for them: variables, profiles, the metadata of the machine.
 */
final class OpenDalStore implements ObjectStore {
    private static final String HINT =
            "; it needs the native part of the library OpenDAL, which there is for Linux x86-64"
                    + " with glibc, macOS arm64 and Windows x86-64; elsewhere give presigned addresses of https://";

    private static final int READ_SILENCES = 2;
    private static final int LIST_SILENCES = 10;

    private final Operator operator;
    private final Attempts attempts;
    private final long silenceMillis;

    /** A call into the library cannot be timed out; one that never returns keeps its thread. */
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "bandpass-store");
        thread.setDaemon(true);
        return thread;
    });

    private OpenDalStore(Operator operator, Attempts attempts, long silenceMillis) {
        this.operator = operator;
        this.attempts = attempts;
        this.silenceMillis = silenceMillis;
    }

    /** Returns whether there are stores of a scheme. */
    static boolean has(String scheme) {
        return scheme.equals("s3") || scheme.equals("gs") || scheme.equals("az");
    }

    /**
     * Opens a store. Nothing is contacted.
     *
     * @param bucket or container
     * @param environment variables of the process, for what OpenDAL does not read itself
     */
    static OpenDalStore open(
            String scheme, String bucket, Map<String, String> environment, Attempts attempts, long silenceMillis) {
        String root = scheme + "://" + bucket;
        try {
            return new OpenDalStore(operator(scheme, bucket, environment), attempts, silenceMillis);
        } catch (OpenDALException e) {
            throw new StoreException(root + " cannot be opened: " + line(e), e);
        } catch (LinkageError | IllegalStateException | UncheckedIOException e) {
            throw new StoreException(root + " cannot be opened (" + BandpassException.firstLine(e) + ")" + HINT, e);
        }
    }

    private static Operator operator(String scheme, String bucket, Map<String, String> environment) {
        Map<String, String> settings = new HashMap<>();
        switch (scheme) {
            case "s3" -> {
                settings.put("bucket", bucket);
                put(settings, "region", environment, "AWS_REGION", "AWS_DEFAULT_REGION");
                put(settings, "endpoint", environment, "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL");
                put(settings, "access_key_id", environment, "AWS_ACCESS_KEY_ID");
                put(settings, "secret_access_key", environment, "AWS_SECRET_ACCESS_KEY");
                put(settings, "session_token", environment, "AWS_SESSION_TOKEN");
                return Operator.of("s3", settings);
            }
            case "gs" -> {
                settings.put("bucket", bucket);
                put(settings, "endpoint", environment, "STORAGE_EMULATOR_HOST");
                return Operator.of("gcs", settings);
            }
            default -> {
                settings.put("container", bucket);
                String account = environment.getOrDefault("AZURE_STORAGE_ACCOUNT", "");
                if (account.isEmpty()) {
                    throw new StoreException(
                            "az://" + bucket
                                    + " cannot be opened: the variable AZURE_STORAGE_ACCOUNT names the account, and is not set");
                }
                settings.put("account_name", account);
                settings.put("endpoint", "https://" + account + ".blob.core.windows.net");
                put(settings, "account_key", environment, "AZURE_STORAGE_KEY");
                put(settings, "sas_token", environment, "AZURE_STORAGE_SAS_TOKEN");
                return Operator.of("azblob", settings);
            }
        }
    }

    private static void put(
            Map<String, String> settings, String key, Map<String, String> environment, String... names) {
        for (String name : names) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                settings.putIfAbsent(key, value);
            }
        }
    }

    @Override
    public ObjectFacts facts(RemotePath file) throws IOException {
        return attempts.of(file.toString(), () -> asked(file, 1, () -> facts(operator.stat(name(file)))));
    }

    private static ObjectFacts facts(Metadata metadata) {
        return new ObjectFacts(
                metadata.getContentLength(),
                metadata.getLastModified() == null
                        ? -1
                        : metadata.getLastModified().toEpochMilli(),
                metadata.getEtag() == null ? "" : metadata.getEtag());
    }

    @Override
    public void read(RemotePath file, ObjectFacts facts, long position, ByteBuffer target) throws IOException {
        byte[] bytes = attempts.of(file.toString(), () -> read(file, facts, position, target.remaining()));
        target.put(bytes);
    }

    private byte[] read(RemotePath file, ObjectFacts facts, long position, int length) throws IOException {
        try {
            byte[] bytes = asked(file, READ_SILENCES, () -> operator.read(name(file), position, length));
            // A read cannot be made to depend on the tag, so that is asked for afterwards.
            if (!asked(file, 1, () -> facts(operator.stat(name(file)))).state().equals(facts.state())) {
                throw StoreException.changed(file);
            }
            if (bytes.length != length) {
                throw new Attempts.Passing("the answer has " + bytes.length + " of " + length + " bytes");
            }
            return bytes;
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw new StoreException(
                    file + " can no longer be read: it was removed, or the permission has ended; start again with the"
                            + " same command when it is there",
                    e);
        }
    }

    @Override
    public List<String> list(RemotePath folder) throws IOException {
        String prefix = name(folder).isEmpty() ? "" : name(folder) + "/";
        ListOptions all = ListOptions.builder().recursive(true).build();
        return attempts
                .of(folder.toString(), () -> asked(folder, LIST_SILENCES, () -> operator.list(prefix, all)))
                .stream()
                .filter(entry -> !entry.getPath().endsWith("/"))
                .map(Entry::getPath)
                .map(path -> "/" + path)
                .toList();
    }

    private static String name(RemotePath file) {
        return file.key().substring(1);
    }

    /**
     * Calls the library on another thread.
     *
     * @param silences how many times as long as a silence it may take
     */
    private <T> T asked(RemotePath file, int silences, Callable<T> call) throws IOException {
        Future<T> answer = threads.submit(call);
        try {
            return answer.get(silences * silenceMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Attempts.Passing("no answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof OpenDALException failure) {
                throw failure(file, failure);
            }
            throw new StoreException(file + " cannot be read: " + e.getCause(), e);
        }
    }

    private static IOException failure(RemotePath file, OpenDALException failure) {
        return switch (failure.getCode()) {
            case NotFound -> new NoSuchFileException(file.toString());
            case PermissionDenied ->
                new AccessDeniedException(
                        file.toString(), null, "the store refuses it (" + line(failure) + "); check the credentials");
            case ConfigInvalid, Unsupported ->
                throw new StoreException(file + " cannot be read: " + line(failure), failure);
            default -> new Attempts.Passing(line(failure));
        };
    }

    /** The first line of a message of several, which tell of the library's insides. */
    private static String line(OpenDALException failure) {
        return PrintableText.of(BandpassException.firstLine(failure));
    }
}
