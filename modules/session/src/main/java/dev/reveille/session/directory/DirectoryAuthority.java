package dev.reveille.session.directory;

import dev.reveille.cancellation.CancelAuthority;
import dev.reveille.cancellation.CancelOrigin;
import dev.reveille.cancellation.CancelRecord;
import dev.reveille.session.SessionId;
import dev.reveille.session.access.AccessDoor;
import dev.reveille.session.access.AccessVerdict;
import java.util.concurrent.CompletionStage;

/**
 * Asks the same directory as logins do, and applies the same rules: those of the private door to who comes through a
 * private link, those of the public door to everybody else. Any thread.
 */
public final class DirectoryAuthority implements CancelAuthority {

    private final AccessDirectory directory;

    public DirectoryAuthority(AccessDirectory directory) {
        this.directory = directory;
    }

    @Override
    public CompletionStage<Boolean> allows(CancelRecord record, CancelOrigin origin) {
        AccessDoor door = origin.privateLink().isPresent()
                ? new AccessDoor.Private(origin.privateLink())
                : new AccessDoor.Public();
        return directory
                .find(SessionId.random(), record.endpoint().endpoint(), record.role())
                .thenApply(access -> access.check(origin.client(), door) instanceof AccessVerdict.Allowed);
    }
}
