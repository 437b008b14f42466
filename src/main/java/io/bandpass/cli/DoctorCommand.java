package io.bandpass.cli;

import io.bandpass.machine.Doctor;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code bandpass doctor}. */
@Command(
        name = "doctor",
        description = "Checks that this machine can run Bandpass.",
        footer = {"", "Example: bandpass doctor"})
final class DoctorCommand implements Callable<Integer> {
    private static final int DEVICE_PROBLEM = 4;

    @Override
    public Integer call() {
        List<Doctor.Finding> findings = Doctor.examine();
        for (Doctor.Finding finding : findings) {
            Terminal.line(String.format(
                    Locale.ROOT, "%-4s %-20s %s", finding.sound() ? "ok" : "NO", finding.subject(), finding.text()));
        }
        return findings.stream().allMatch(Doctor.Finding::sound) ? 0 : DEVICE_PROBLEM;
    }
}
