package io.bandpass;

import io.bandpass.checkpoint.RunFolder;
import io.bandpass.metrics.RunSummary;
import java.util.ArrayList;
import java.util.List;

/** What a person may want to do after a run, as commands to copy. */
public final class NextCommands {
    private NextCommands() {}

    static List<String> after(RunFolder folder, RunSummary summary) {
        String run = folder.root().toString();
        List<String> commands = new ArrayList<>();
        if (summary.outcome().equals(RunSetup.INTERRUPTED)) {
            commands.add("bandpass pretrain --resume " + run);
        }
        commands.add("bandpass reconstruct --run " + run + " --images photos/ --out pictures/");
        summary.knnTop1().ifPresent(accuracy -> commands.add("bandpass knn --run " + run));
        commands.add("tensorboard --logdir " + run);
        return commands;
    }
}
