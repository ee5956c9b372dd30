package dev.reveille.node.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * As whom PostgreSQL's programs run. They refuse to run as root, so where Reveille does, they run in a user namespace of
 * their own, or as somebody else.
 */
sealed interface RunAs {

    /** As the user that Reveille runs as, who is not root. */
    record Self() implements RunAs {}

    /**
     * As root in a user namespace that maps nobody: the programs believe to be {@code nobody}, hold no privilege, and
     * reach the files that root owns, which is what their data is.
     */
    record OwnNamespace(Path unshare) implements RunAs {}

    /** As another user, who owns the data. */
    record OtherUser(Path setpriv, int uid, int gid) implements RunAs {}

    /** What has to stand before a program and its arguments. */
    default List<String> prefix() {
        return switch (this) {
            case Self _ -> List.of();
            case OwnNamespace(Path unshare) -> List.of(unshare.toString(), "-U", "--");
            case OtherUser(Path setpriv, int uid, int gid) ->
                List.of(setpriv.toString(), "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--");
        };
    }

    /** Lets the programs own everything under {@code tree}, which belongs to one user as a whole. Blocking. */
    default void own(Path tree) throws IOException {
        switch (this) {
            case Self _ -> {}
            case OwnNamespace _ -> give(tree, ROOT, ROOT);
            case OtherUser other -> give(tree, other.uid(), other.gid());
        }
    }

    int ROOT = 0;

    /**
     * Chooses, for servers whose data lies below {@code home}. Who is root looks at whom the directory belongs to: an
     * ordinary user's is served as that user, so that the user can go on with it later. Blocking: tries what it chooses.
     */
    static RunAs choose(Path home) throws EmbeddedFailure, IOException, InterruptedException {
        if (!isRoot()) {
            return new Self();
        }
        int owner = uid(home);
        Optional<Path> setpriv = SearchPath.find("setpriv");
        if (owner != ROOT) {
            return otherUser(setpriv, owner, gid(home), home)
                    .orElseThrow(() -> EmbeddedFailure.ofMachine(home + " belongs to the user with the id " + owner
                            + ", and root cannot run PostgreSQL as that user: setpriv is missing, not permitted, or the"
                            + " user cannot enter a directory above it. Run Reveille as that user."));
        }
        Optional<Path> unshare = SearchPath.find("unshare");
        if (unshare.isPresent()) {
            RunAs namespace = new OwnNamespace(unshare.get());
            if (works(namespace, "true")) {
                return namespace;
            }
        }
        for (String name : List.of("postgres", "nobody")) {
            Optional<int[]> ids = idsOf(name);
            if (ids.isPresent()) {
                openForOthers(home);
                Optional<RunAs> other = otherUser(setpriv, ids.get()[0], ids.get()[1], home);
                if (other.isPresent()) {
                    return other.get();
                }
            }
        }
        throw EmbeddedFailure.ofMachine(
                "PostgreSQL refuses to run as root. User namespaces (unshare -U) are not permitted"
                        + " here, and no user postgres or nobody can enter " + home
                        + " through setpriv. Run Reveille as an ordinary user, or choose a data directory that every user may"
                        + " enter.");
    }

    private static void give(Path tree, int uid, int gid) throws IOException {
        if (uid(tree) != uid) {
            new FileTree(tree).giveTo(uid, gid);
        }
    }

    /** Makes {@code uid} and {@code gid} the owner of one file. */
    static void giveOne(Path path, int uid, int gid) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes the owner of the directory the owner of the file in it; only root needs it, and can. */
    static void giveToOwnerOfDirectory(Path path) throws IOException {
        if (isRoot()) {
            giveOne(path, uid(path.getParent()), gid(path.getParent()));
        }
    }

    private static Optional<RunAs> otherUser(Optional<Path> setpriv, int uid, int gid, Path home)
            throws IOException, InterruptedException {
        if (setpriv.isEmpty()) {
            return Optional.empty();
        }
        RunAs user = new OtherUser(setpriv.get(), uid, gid);
        return works(user, "cd \"$1\"", "sh", home.toString()) ? Optional.of(user) : Optional.empty();
    }

    private static boolean works(RunAs runAs, String... script) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(runAs.prefix());
        command.addAll(List.of("/bin/sh", "-c"));
        command.addAll(List.of(script));
        return ShortProgram.run(command).succeeded();
    }

    /** Entering, without looking round: everything below stays closed. */
    private static void openForOthers(Path home) throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private static Optional<int[]> idsOf(String name) throws IOException {
        Path users = Path.of("/etc/passwd");
        if (!Files.isReadable(users)) {
            return Optional.empty();
        }
        return Files.readAllLines(users).stream()
                .map(line -> line.split(":"))
                .filter(fields -> fields.length > 3 && fields[0].equals(name))
                .map(fields -> new int[] {Integer.parseInt(fields[2]), Integer.parseInt(fields[3])})
                .findFirst();
    }

    private static boolean isRoot() {
        return new UnixSystem().getUid() == ROOT;
    }

    private static int uid(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }

    private static int gid(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:gid");
    }
}
