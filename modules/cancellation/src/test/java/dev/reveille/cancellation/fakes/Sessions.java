package dev.reveille.cancellation.fakes;

import dev.reveille.cancellation.CancelRecord;
import dev.reveille.cancellation.CancelTarget;
import dev.reveille.protocol.names.EndpointId;
import dev.reveille.protocol.names.EndpointKey;
import dev.reveille.protocol.names.RoleName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.pekko.util.ByteString;

/** What is known of sessions that are told apart by a number. */
public final class Sessions {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5432);
    private static final EndpointKey ENDPOINT = EndpointKey.of(new EndpointId("blue-sky-42"));
    private static final RoleName ROLE = new RoleName("app");
    private static final ByteString SECRET = ByteString.fromInts(1, 2, 3, 4);

    private Sessions() {}

    /** One whose backend may serve another as soon as it is over. */
    public static CancelRecord sharing(int number) {
        CancelRecord alone = session(number);
        return new CancelRecord(alone.target(), alone.endpoint(), alone.role(), true);
    }

    public static CancelRecord session(int number) {
        return new CancelRecord(
                new CancelTarget(ADDRESS, CancelTarget.Security.CLEAR, "compute", number, SECRET), ENDPOINT, ROLE);
    }
}
