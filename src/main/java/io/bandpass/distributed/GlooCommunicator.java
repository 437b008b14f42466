package io.bandpass.distributed;

import io.bandpass.BandpassException;
import io.bandpass.torch.Engine;
import io.bandpass.torch.Tensors;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.BackendOptional;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ProcessGroup;
import org.bytedeco.pytorch.ProcessGroup.BackendType;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.global.torch_gloo;

/** Processes that exchange tensors by Gloo, over TCP. */
public final class GlooCommunicator implements Communicator {
    private static final long BROADCAST_BUFFER_BYTES = 256L << 20;
    private static final String LEFT = "left";
    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(10);
    private static final Duration PATIENCE_AT_FAILURE = Duration.ofSeconds(4);
    private static final long POLL_MILLIS = 20;

    private final LaunchEnvironment environment;
    private final Duration timeout;
    private final TextStore store;
    private final Heartbeats heartbeats;
    private final ProcessGroupGloo gloo;
    private final ProcessGroup group;
    /** Number of exchanges through the store so far, which is the same in all processes. */
    private long exchanges;

    /** Key of this process's own text in the last {@link #gather(String)}. */
    private String gathered = "";

    private boolean failed;

    private GlooCommunicator(
            LaunchEnvironment environment,
            Duration timeout,
            TextStore store,
            Heartbeats heartbeats,
            ProcessGroupGloo gloo,
            ProcessGroup group) {
        this.environment = environment;
        this.timeout = timeout;
        this.store = store;
        this.heartbeats = heartbeats;
        this.gloo = gloo;
        this.group = group;
    }

    /**
     * Connects this process with the others.
     *
     * @param timeout how long to wait for another process before it counts as lost
     */
    public static GlooCommunicator connect(LaunchEnvironment environment, Duration timeout) {
        Engine.load();
        Engine.load("Gloo", torch_gloo.class);
        // Reads TORCH_CPP_LOG_LEVEL, which LibTorch itself does only under Python.
        torch.initLogging();
        org.bytedeco.pytorch.gloo.Device device = device(environment);
        TextStore store = TextStore.connect(environment, timeout);
        Heartbeats heartbeats = new Heartbeats(store, environment.rank(), environment.size());
        try (PointerScope scope = new PointerScope()) {
            Milliseconds limit = new Milliseconds(timeout.toMillis());
            ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(limit);
            options.devices(new GlooDeviceVector(device));
            ProcessGroupGloo gloo =
                    new ProcessGroupGloo(store.nativeStore(), environment.rank(), environment.size(), options);
            // The constructor that takes a store aborts the virtual machine.
            ProcessGroup group = new ProcessGroup(environment.rank(), environment.size());
            group.setBackend(DeviceType.CPU, BackendType.GLOO, new BackendOptional(gloo));
            group.setDefaultBackend(BackendType.GLOO);
            return new GlooCommunicator(
                    environment, timeout, store, heartbeats, Tensors.keep(gloo), Tensors.keep(group));
        } catch (RuntimeException e) {
            store.hurry();
            String lost = heartbeats.failureWithin().orElseGet(heartbeats::silent);
            heartbeats.close();
            store.close();
            throw new DistributedException(
                    String.format(
                            Locale.ROOT,
                            "process %d of %d could not connect with all others: %s (%s)",
                            environment.rank(),
                            environment.size(),
                            lost,
                            firstLine(e)),
                    e);
        }
    }

    /** The network interface: the one that is asked for as for PyTorch, loopback if all are here, or the host's. */
    private static org.bytedeco.pytorch.gloo.Device device(LaunchEnvironment environment) {
        String asked = System.getenv("GLOO_SOCKET_IFNAME");
        if (asked != null && !asked.isBlank()) {
            try {
                return ProcessGroupGloo.createDeviceForInterface(asked);
            } catch (RuntimeException e) {
                throw DistributedException.environment("the environment variable GLOO_SOCKET_IFNAME is '" + asked
                        + "', which is no network interface of this machine (" + firstLine(e) + ")");
            }
        }
        return environment.localSize() == environment.size()
                ? ProcessGroupGloo.createDeviceForHostname("127.0.0.1")
                : ProcessGroupGloo.createDefaultDevice();
    }

    @Override
    public int rank() {
        return environment.rank();
    }

    @Override
    public int size() {
        return environment.size();
    }

    @Override
    public double[] sum(double... values) {
        try (PointerScope scope = new PointerScope()) {
            Tensor all = Tensor.create(values, values.length);
            exchange(() -> group.allreduce(new TensorVector(all)));
            return Tensors.toDoubles(all);
        }
    }

    @Override
    public void average(List<Tensor> tensors) {
        List<Tensor> floating =
                tensors.stream().filter(Tensor::is_floating_point).toList();
        if (floating.isEmpty()) {
            return;
        }
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            TensorVector flat = new TensorVector();
            floating.forEach(tensor -> flat.push_back(tensor.detach().flatten().to(ScalarType.Float)));
            Tensor all = torch.cat(flat);
            exchange(() -> group.allreduce(new TensorVector(all)));
            all.div_(new Scalar(size()));
            long from = 0;
            for (Tensor tensor : floating) {
                long to = from + tensor.numel();
                tensor.copy_(Tensors.slice(all, 0, from, to).view(Tensors.shape(tensor)));
                from = to;
            }
        }
    }

    @Override
    public void copyFromFirst(List<Tensor> tensors) {
        try (PointerScope scope = new PointerScope();
                NoGradGuard guard = new NoGradGuard()) {
            TensorVector all = new TensorVector();
            tensors.forEach(tensor -> all.push_back(tensor.detach()));
            named(() -> {
                torch.broadcast_coalesced(group, all, BROADCAST_BUFFER_BYTES, 0);
                return true;
            });
        }
    }

    @Override
    public Tensor gather(Tensor rows) {
        long[] shape = Tensors.shape(rows);
        shape[0] *= size();
        Tensor all = Tensors.empty(rows.scalar_type().intern(), shape);
        try (PointerScope scope = new PointerScope()) {
            Tensor own = rows.contiguous();
            exchange(() -> group._allgather_base(all, own));
        }
        return all;
    }

    @Override
    public List<String> gather(String text) {
        String key = "gather/" + exchanges++ + "/";
        return named(() -> {
            store.set(key + rank(), text);
            List<String> texts = IntStream.range(0, size())
                    .mapToObj(rank -> heartbeats.await(key + rank, rank, timeout))
                    .toList();
            // All have read the texts before these, or they would not have set theirs.
            if (!gathered.isEmpty()) {
                store.delete(gathered);
            }
            gathered = key + rank();
            return texts;
        });
    }

    @Override
    public String fromFirst(FirstTask task) throws IOException {
        String key = "first/" + exchanges++;
        if (!isFirst()) {
            return named(() -> heartbeats.await(key, 0, timeout));
        }
        String own = task.run();
        return named(() -> {
            store.set(key, own);
            return own;
        });
    }

    @Override
    public GradientReducer reducer(List<Tensor> parameters) {
        return new BucketReducer(this, group, parameters);
    }

    /** Keeps the store alive until the others, which may still be reading from it, need it no longer. */
    private void leaveTogether(Duration patience) {
        try {
            long left = store.add(LEFT, 1);
            long end = System.nanoTime() + patience.toNanos();
            while (isFirst() && !environment.launcherServes() && left < size() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                left = store.add(LEFT, 0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Process 0 had waited long enough.
            return;
        }
    }

    @Override
    public void fail(Throwable reason) {
        if (!failed && !(reason instanceof DistributedException)) {
            heartbeats.fail(BandpassException.reason(reason).lines().findFirst().orElse(""));
        }
        failed = true;
    }

    private void exchange(Supplier<Work> start) {
        named(() -> start.get()._wait());
    }

    /** Makes a native call that involves the others; if it fails, says which of them was lost. */
    <T> T named(Supplier<T> call) {
        try {
            return call.get();
        } catch (BandpassException known) {
            throw known;
        } catch (RuntimeException e) {
            throw lost(e);
        }
    }

    /** Does the same for a computation that may also fail in ways of its own. */
    <T> T namedIfLost(Supplier<T> computation) {
        try {
            return computation.get();
        } catch (BandpassException known) {
            throw known;
        } catch (RuntimeException e) {
            String message = BandpassException.firstLine(e);
            if (message.contains("gloo") || message.contains("Connection") || message.contains("Timed out")) {
                throw lost(e);
            }
            throw e;
        }
    }

    private DistributedException lost(RuntimeException broken) {
        store.hurry();
        return heartbeats
                .failureWithin()
                .map(failure -> new DistributedException(failure, broken))
                .orElseGet(
                        () -> new DistributedException(heartbeats.silent() + " (" + firstLine(broken) + ")", broken));
    }

    /** The first line of a native message, without the source file that it may begin with. */
    private static String firstLine(RuntimeException broken) {
        return BandpassException.firstLine(broken).replaceFirst("^\\[[^]]*\\] *", "");
    }

    @Override
    public void close() {
        if (!failed) {
            leaveTogether(PATIENCE_AT_END);
        }
        heartbeats.close();
        // Of a failure the others learn when the connections break, and then its reason from the store.
        group.close();
        gloo.close();
        if (failed) {
            leaveTogether(PATIENCE_AT_FAILURE);
        }
        store.close();
    }
}
