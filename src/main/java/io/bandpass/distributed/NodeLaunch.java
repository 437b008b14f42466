package io.bandpass.distributed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The processes to start on this machine: as many as a user asks for, or what the {@code PET_*} variables say that
 * Kubeflow's Trainer sets for torchrun, one machine of several.
 *
 * @param nodes number of machines
 * @param node number of this machine, from 0
 * @param perNode processes on each machine
 * @param address host of process 0
 * @param port free port of that host
 */
public record NodeLaunch(int nodes, int node, int perNode, String address, int port) {
    private static final String NODES = "PET_NNODES";
    private static final String PER_NODE = "PET_NPROC_PER_NODE";
    private static final String NODE = "PET_NODE_RANK";
    private static final String ADDRESS = "PET_MASTER_ADDR";
    private static final String PORT = "PET_MASTER_PORT";

    /** Returns the launch of some processes on this machine alone. */
    public static NodeLaunch local(int processes) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new NodeLaunch(1, 0, processes, "127.0.0.1", socket.getLocalPort());
        } catch (IOException e) {
            throw new DistributedException("no port of this machine is free (" + e.getMessage() + ")", e);
        }
    }

    /**
     * Returns what the variables say; empty if they say nothing, or name a single process.
     *
     * @throws io.bandpass.BandpassException if one is missing or no number
     */
    public static Optional<NodeLaunch> of(Map<String, String> variables) {
        if (!variables.containsKey(NODES)) {
            return Optional.empty();
        }
        Variables reader = new Variables(variables);
        int nodes = reader.number(NODES, 1, Integer.MAX_VALUE);
        // For torchrun these are the GPUs or the cores; here one process uses all cores.
        boolean byDevice = Set.of("auto", "cpu", "gpu").contains(variables.getOrDefault(PER_NODE, ""));
        int perNode = byDevice ? 1 : reader.number(PER_NODE, 1, 1, Integer.MAX_VALUE);
        if ((long) nodes * perNode == 1) {
            return Optional.empty();
        }
        return Optional.of(new NodeLaunch(
                nodes,
                reader.number(NODE, 0, nodes - 1),
                perNode,
                reader.text(ADDRESS),
                reader.number(PORT, 1, Variables.LARGEST_PORT)));
    }

    /**
     * Returns the environment variables of a process, those of torchrun.
     *
     * @param local number of the process on this machine, from 0
     * @param attempt how often the processes have been restarted
     */
    public Map<String, String> environment(int local, int attempt) {
        Map<String, String> variables = new HashMap<>();
        variables.put("RANK", String.valueOf(node * perNode + local));
        variables.put("WORLD_SIZE", String.valueOf(nodes * perNode));
        variables.put("LOCAL_RANK", String.valueOf(local));
        variables.put("LOCAL_WORLD_SIZE", String.valueOf(perNode));
        variables.put("MASTER_ADDR", address);
        variables.put("MASTER_PORT", String.valueOf(port));
        variables.put("TORCHELASTIC_RESTART_COUNT", String.valueOf(attempt));
        return variables;
    }
}
