package io.bandpass.distributed;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a process stands among those that train one model, as the environment variables of its launcher say: torchrun's,
 * which PyTorchJob sets too, those of Slurm's srun, or those of an MPI launcher.
 *
 * @param rank number of this process, from 0
 * @param size number of processes
 * @param localRank number of this process on its machine, from 0
 * @param localSize number of processes on its machine
 * @param address host of process 0
 * @param port where process 0 or the launcher serves the store through which the processes find each other
 * @param attempt how often the launcher has restarted all processes
 * @param launcherServes whether the launcher serves the store, as torchrun's agent does
 */
public record LaunchEnvironment(
        int rank,
        int size,
        int localRank,
        int localSize,
        String address,
        int port,
        int attempt,
        boolean launcherServes) {
    private static final String ADDRESS = "MASTER_ADDR";
    private static final String PORT = "MASTER_PORT";
    /** Ports derived from Slurm's job number start here, as in PyTorch Lightning. */
    private static final int SLURM_PORTS = 15_000;

    private static final int SLURM_PORT_COUNT = 10_000;
    /** What Slurm calls the step of a batch script itself, and the shell of an interactive job. */
    private static final Set<String> SLURM_OWN_STEPS = Set.of("4294967291", "4294967290");

    /**
     * Returns what the variables say; empty for a process without others.
     *
     * @throws io.bandpass.BandpassException if they contradict each other
     */
    public static Optional<LaunchEnvironment> of(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        // Those of Slurm and MPI may be there too when torchrun runs in their jobs.
        if (variables.has("RANK") && variables.has("WORLD_SIZE")) {
            return several(torchrun(variables));
        }
        if (variables.has("PET_NNODES")) {
            return Optional.empty();
        }
        if (isSlurmTask(variables)) {
            return several(slurm(variables));
        }
        if (variables.has("OMPI_COMM_WORLD_RANK")) {
            return several(openMpi(variables));
        }
        return variables.has("PMI_RANK") ? several(mpich(variables)) : Optional.empty();
    }

    private static Optional<LaunchEnvironment> several(LaunchEnvironment environment) {
        return environment.size == 1 ? Optional.empty() : Optional.of(environment);
    }

    private static boolean isSlurmTask(Variables variables) {
        String job = variables.values().getOrDefault("SLURM_JOB_NAME", "");
        if (!variables.has("SLURM_PROCID") || job.equals("bash") || job.equals("interactive")) {
            return false;
        }
        String step = variables
                .values()
                .getOrDefault("SLURM_STEP_ID", variables.values().getOrDefault("SLURM_STEPID", ""));
        boolean isBatchScript = step.isEmpty() || SLURM_OWN_STEPS.contains(step);
        int tasks = variables.number("SLURM_NTASKS", 1, 1, Integer.MAX_VALUE);
        if (isBatchScript && tasks > 1) {
            throw DistributedException.environment("this Slurm job has " + tasks
                    + " tasks, but the program was not started by srun: write srun before it, or ask for one task");
        }
        return !isBatchScript;
    }

    private static LaunchEnvironment torchrun(Variables variables) {
        int size = variables.number("WORLD_SIZE", 1, Integer.MAX_VALUE);
        int rank = variables.number("RANK", 0, size - 1);
        int localSize = variables.number("LOCAL_WORLD_SIZE", 1, 1, size);
        return new LaunchEnvironment(
                rank,
                size,
                variables.number("LOCAL_RANK", 0, 0, localSize - 1),
                localSize,
                size == 1 ? "" : variables.text(ADDRESS),
                size == 1 ? 0 : variables.number(PORT, 1, Variables.LARGEST_PORT),
                variables.number("TORCHELASTIC_RESTART_COUNT", 0, 0, Integer.MAX_VALUE),
                "True".equals(variables.values().get("TORCHELASTIC_USE_AGENT_STORE")));
    }

    private static LaunchEnvironment slurm(Variables variables) {
        int size = variables.has("SLURM_STEP_NUM_TASKS")
                ? variables.number("SLURM_STEP_NUM_TASKS", 1, Integer.MAX_VALUE)
                : variables.number("SLURM_NTASKS", 1, Integer.MAX_VALUE);
        String nodes = variables.has("SLURM_STEP_NODELIST")
                ? variables.text("SLURM_STEP_NODELIST")
                : variables.text("SLURM_JOB_NODELIST");
        long job = Variables.number("SLURM_JOB_ID", variables.text("SLURM_JOB_ID"), 0, Long.MAX_VALUE);
        int jobNodes = variables.number("SLURM_NNODES", 1, 1, Integer.MAX_VALUE);
        int nodeCount = Math.min(size, variables.number("SLURM_STEP_NUM_NODES", jobNodes, 1, Integer.MAX_VALUE));
        int localRank = variables.number("SLURM_LOCALID", 0, 0, size - 1);
        // Each other machine has at least one.
        int localSize = nodeCount == 1 ? size : Math.min(size - nodeCount + 1, size / nodeCount);
        return new LaunchEnvironment(
                variables.number("SLURM_PROCID", 0, size - 1),
                size,
                localRank,
                Math.max(localSize, localRank + 1),
                variables.has(ADDRESS) ? variables.text(ADDRESS) : SlurmHosts.first(nodes),
                variables.number(PORT, SLURM_PORTS + (int) (job % SLURM_PORT_COUNT), 1, Variables.LARGEST_PORT),
                variables.number("SLURM_RESTART_COUNT", 0, 0, Integer.MAX_VALUE),
                false);
    }

    private static LaunchEnvironment openMpi(Variables variables) {
        int size = variables.number("OMPI_COMM_WORLD_SIZE", 1, Integer.MAX_VALUE);
        int localSize = variables.number("OMPI_COMM_WORLD_LOCAL_SIZE", 1, size);
        return mpi(
                variables,
                variables.number("OMPI_COMM_WORLD_RANK", 0, size - 1),
                size,
                variables.number("OMPI_COMM_WORLD_LOCAL_RANK", 0, localSize - 1),
                localSize);
    }

    private static LaunchEnvironment mpich(Variables variables) {
        int size = variables.number("PMI_SIZE", 1, Integer.MAX_VALUE);
        int localSize = variables.number("MPI_LOCALNRANKS", size, 1, size);
        return mpi(
                variables,
                variables.number("PMI_RANK", 0, size - 1),
                size,
                variables.number("MPI_LOCALRANKID", 0, 0, localSize - 1),
                localSize);
    }

    /** MPI launchers name no host and no port. */
    private static LaunchEnvironment mpi(Variables variables, int rank, int size, int localRank, int localSize) {
        boolean needsAddress = size > localSize || (size > 1 && variables.has(ADDRESS));
        return new LaunchEnvironment(
                rank,
                size,
                localRank,
                localSize,
                needsAddress ? variables.text(ADDRESS) : "127.0.0.1",
                size == 1 ? 0 : variables.number(PORT, 1, Variables.LARGEST_PORT),
                0,
                false);
    }
}
