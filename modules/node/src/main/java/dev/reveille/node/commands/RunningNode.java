package dev.reveille.node.commands;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** A node that was started. Its methods may be called on any thread and return at once. */
public interface RunningNode {

    /** What to print for the person at the terminal: lines that can be pasted, none where nobody watches. */
    List<String> greeting();

    /** Begins to leave: no new clients, those here may finish until the drain is over. Again: no effect. */
    void drain();

    /** Leaves now, whoever is still here. Again: no effect. */
    void hurry();

    /** Completes when all is stopped and closed; fails where the node ended because something broke. */
    CompletionStage<Void> stopped();
}
