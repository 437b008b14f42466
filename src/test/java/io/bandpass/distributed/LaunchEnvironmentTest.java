package io.bandpass.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bandpass.BandpassException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LaunchEnvironmentTest {
    private static Map<String, String> torchrun() {
        return new HashMap<>(Map.of(
                "RANK", "5",
                "WORLD_SIZE", "8",
                "LOCAL_RANK", "1",
                "LOCAL_WORLD_SIZE", "4",
                "MASTER_ADDR", "node1",
                "MASTER_PORT", "45123",
                "TORCHELASTIC_RESTART_COUNT", "3",
                "TORCHELASTIC_USE_AGENT_STORE", "True"));
    }

    private static Map<String, String> slurm() {
        return new HashMap<>(Map.of(
                "SLURM_JOB_NAME", "train",
                "SLURM_JOB_ID", "123456",
                "SLURM_STEP_ID", "0",
                "SLURM_PROCID", "3",
                "SLURM_NTASKS", "4",
                "SLURM_NNODES", "2",
                "SLURM_LOCALID", "1",
                "SLURM_JOB_NODELIST", "gpu[07-08]"));
    }

    @Test
    void torchrunsAgentServesTheStore() {
        assertThat(LaunchEnvironment.of(torchrun()))
                .hasValue(new LaunchEnvironment(5, 8, 1, 4, "node1", 45_123, 3, true));
    }

    /** Those of PyTorchJob, which starts one process on each machine. */
    @Test
    void rankAndSizeAloneAreEnough() {
        assertThat(LaunchEnvironment.of(
                        Map.of("RANK", "1", "WORLD_SIZE", "2", "MASTER_ADDR", "job-master-0", "MASTER_PORT", "23456")))
                .hasValue(new LaunchEnvironment(1, 2, 0, 1, "job-master-0", 23_456, 0, false));
    }

    @Test
    void aProcessWithoutOthersNeedsNoAddress() {
        assertThat(LaunchEnvironment.of(Map.of())).isEmpty();
        assertThat(LaunchEnvironment.of(Map.of("RANK", "0", "WORLD_SIZE", "1"))).isEmpty();
        assertThat(LaunchEnvironment.of(Map.of("RANK", "0"))).isEmpty();
    }

    @Test
    void slurmsPortFollowsFromItsJob() {
        assertThat(LaunchEnvironment.of(slurm()))
                .hasValue(new LaunchEnvironment(3, 4, 1, 2, "gpu07", 18_456, 0, false));
    }

    @Test
    void torchrunInASlurmJobComesFirst() {
        Map<String, String> both = slurm();
        both.putAll(torchrun());
        assertThat(LaunchEnvironment.of(both).map(LaunchEnvironment::rank)).hasValue(5);
    }

    @Test
    void anInteractiveSlurmJobIsOneProcess() {
        Map<String, String> shell = slurm();
        shell.put("SLURM_JOB_NAME", "interactive");
        assertThat(LaunchEnvironment.of(shell)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            value = {"none", "4294967291"},
            nullValues = "none")
    void aForgottenSrunIsSaid(String step) {
        Map<String, String> script = slurm();
        script.put("SLURM_STEP_ID", step == null ? "" : step);
        assertThatThrownBy(() -> LaunchEnvironment.of(script))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("has 4 tasks")
                .hasMessageContaining("srun");
        script.put("SLURM_NTASKS", "1");
        assertThat(LaunchEnvironment.of(script)).isEqualTo(Optional.empty());
    }

    @Test
    void mpiNamesNoPort() {
        Map<String, String> mpi = new HashMap<>(Map.of(
                "OMPI_COMM_WORLD_RANK", "1",
                "OMPI_COMM_WORLD_SIZE", "2",
                "OMPI_COMM_WORLD_LOCAL_RANK", "1",
                "OMPI_COMM_WORLD_LOCAL_SIZE", "2"));
        assertThatThrownBy(() -> LaunchEnvironment.of(mpi))
                .hasMessage(
                        "the environment variable MASTER_PORT is not set, but other variables say that there are several"
                                + " processes: set it to a free port of the host of process 0, such as 29500");
        mpi.put("MASTER_PORT", "29500");
        assertThat(LaunchEnvironment.of(mpi))
                .hasValue(new LaunchEnvironment(1, 2, 1, 2, "127.0.0.1", 29_500, 0, false));
        mpi.put("OMPI_COMM_WORLD_LOCAL_SIZE", "1");
        mpi.put("OMPI_COMM_WORLD_LOCAL_RANK", "0");
        assertThatThrownBy(() -> LaunchEnvironment.of(mpi)).hasMessageContaining("MASTER_ADDR");
    }

    @Test
    void mpichCountsAlike() {
        assertThat(LaunchEnvironment.of(Map.of(
                        "PMI_RANK",
                        "1",
                        "PMI_SIZE",
                        "2",
                        "MPI_LOCALRANKID",
                        "1",
                        "MPI_LOCALNRANKS",
                        "2",
                        "MASTER_PORT",
                        "29500")))
                .hasValue(new LaunchEnvironment(1, 2, 1, 2, "127.0.0.1", 29_500, 0, false));
    }

    @ParameterizedTest
    @CsvSource({
        "RANK, 8, must be a number from 0 to 7",
        "RANK, two, must be a number from 0 to 7",
        "WORLD_SIZE, 0, 'must be a number, at least 1'",
        "MASTER_PORT, 70000, must be a number from 1 to 65535",
        "MASTER_ADDR, ' ', is not set",
    })
    void whatIsWrongIsNamed(String name, String value, String said) {
        Map<String, String> wrong = torchrun();
        wrong.put(name, value);
        assertThatThrownBy(() -> LaunchEnvironment.of(wrong))
                .isInstanceOf(BandpassException.class)
                .hasMessageContaining("the environment variable " + name)
                .hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node1|node1",
                "node[05-09,12],login|node05",
                "a,b|a",
                "gpu[3]|gpu3",
                "rack[1-2]-ib|rack1-ib",
                "tux[0,2-4]-[1]|tux0-[1]"
            })
    void slurmsFirstHost(String list, String first) {
        if (first.contains("[")) {
            assertThatThrownBy(() -> SlurmHosts.first(list)).hasMessageContaining("MASTER_ADDR");
        } else {
            assertThat(SlurmHosts.first(list)).isEqualTo(first);
        }
    }

    @Test
    void kubeflowSaysWhatToStartOnAMachine() {
        NodeLaunch launch = NodeLaunch.of(Map.of(
                        "PET_NNODES", "2",
                        "PET_NPROC_PER_NODE", "3",
                        "PET_NODE_RANK", "1",
                        "PET_MASTER_ADDR", "job-node-0-0.job",
                        "PET_MASTER_PORT", "29400"))
                .orElseThrow();
        assertThat(LaunchEnvironment.of(launch.environment(2, 4)))
                .hasValue(new LaunchEnvironment(5, 6, 2, 3, "job-node-0-0.job", 29_400, 4, false));
        assertThat(NodeLaunch.of(Map.of("PET_NNODES", "1", "PET_NODE_RANK", "0")))
                .isEmpty();
        assertThat(NodeLaunch.of(Map.of())).isEmpty();
        assertThatThrownBy(() -> NodeLaunch.of(Map.of("PET_NNODES", "1:2")))
                .hasMessageContaining("PET_NNODES is '1:2'");
    }
}
