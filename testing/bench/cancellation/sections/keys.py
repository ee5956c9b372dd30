"""What registered keys cost: heap for each, and commands to Redis for each minute."""

from shared.outcome import Table

NAME = "keys"
TITLE = "Registered keys on one node"
_PERIOD, _FIRST_PERIOD = 600, 60  # seconds, KeyLife.DEFAULTS
_SPARE = 120
_CENSUS_EVERY, _SHARDS = 5, 64  # ClusterLimits.DEFAULTS, CancellationSettings.DEFAULTS


def measure(bench, plan):
    lines = {fields[0]: fields[1:] for fields in bench.programs.run(
        "KeysBench", [plan.keys, plan.keys_faster],
        3 * _PERIOD / plan.keys_faster + _FIRST_PERIOD / plan.keys_faster + _SPARE)}
    heap = float(lines["heap"][1])
    seconds, sets, expires, _ = (float(one) for one in lines["traffic"][2:])
    usual_minutes = seconds * plan.keys_faster / 60
    table = Table(["figure", "how", "value"])
    table.rows = [
        ["keys", "", f"{plan.keys:,}"],
        ["live heap for each key, bytes", "measured: key, record, shard's entry, queue's entry", f"{heap:,.0f}"],
        ["EXPIRE for each minute", f"measured in {seconds:.0f} s with time {plan.keys_faster} times faster",
         f"{expires / usual_minutes:,.0f}"],
        ["SET for each minute, no session coming", "measured, the same", f"{sets / usual_minutes:,.0f}"],
        ["EXPIRE for each minute", f"computed: keys × 60 s ÷ {_PERIOD} s", f"{plan.keys * 60 / _PERIOD:,.0f}"],
        ["commands for a session of less than a minute", "computed", "1"],
        ["messages to shards that count keys, each minute", "computed", f"{_SHARDS * 60 // _CENSUS_EVERY:,}"],
    ]
    table.figures = {"heap": heap, "seconds": seconds, "sets": sets, "expires": expires}
    return table
