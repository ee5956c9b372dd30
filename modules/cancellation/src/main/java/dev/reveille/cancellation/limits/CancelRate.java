package dev.reveille.cancellation.limits;

/**
 * What one network may do (spec 02 §8.3).
 *
 * @param perSecond cancel requests each second, for as long as it likes
 * @param burst requests at once, after it was quiet for a while
 * @param networksMax networks that may be remembered; only such as have asked within the last seconds are
 */
public record CancelRate(int perSecond, int burst, int networksMax) {

    public static final CancelRate DEFAULTS = new CancelRate(600, 1500, 16_384);
}
