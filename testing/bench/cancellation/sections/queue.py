"""Stores and look-ups for each second through the queue to Redis, over wires of different length."""

import statistics

from shared.outcome import Table, Verdict

NAME = "queue"
TITLE = "The queue to Redis: stores and look-ups for each second"
_SHAPES = {
    "reference": "one queue, batches of 8, one in flight",
    "shard": "one shard: batches of 128, four in flight",
    "node": "a node: 64 shards over one link",
}
_FACTOR = 20
_SPARE = 12  # seconds for each measurement beyond its own: an actor system comes and goes


def measure(bench, plan):
    measurements = len(_SHAPES) * len(plan.queue_delays) * plan.queue_rounds + 1
    lines = bench.programs.run(
        "QueueBench", [plan.queue_rounds, plan.queue_warm_up, plan.queue_seconds, *plan.queue_delays],
        measurements * (plan.queue_warm_up + plan.queue_seconds + _SPARE))
    seen = {}
    table = Table(["added delay", "shape", "commands/s", "stores/s", "look-ups/s", "commands in a batch",
                   "÷ batches of 8"])
    for _, shape, delay, number, stores, look_ups, size, failures in lines:
        seen[shape, int(delay), int(number)] = (float(stores), float(look_ups), float(size))
        if int(failures):
            table.notes.append(f"{failures} commands failed: {shape}, {delay} ms, round {int(number) + 1}")
            table.failed = True
    table.figures = {" ".join(map(str, key)): value for key, value in seen.items()}
    for delay in sorted({key[1] for key in seen}):
        for shape, words in _SHAPES.items():
            rounds = [number for (of, at, number) in seen if (of, at) == (shape, delay)]
            sums = [sum(seen[shape, delay, number][:2]) for number in rounds]
            ratio = statistics.median(
                total / sum(seen["reference", delay, number][:2]) for total, number in zip(sums, rounds))
            middle = [statistics.median(seen[shape, delay, number][at] for number in rounds) for at in range(3)]
            table.rows.append([
                f"{delay} ms", words, _spread(sums), f"{middle[0]:,.0f}", f"{middle[1]:,.0f}", f"{middle[2]:.0f}",
                "–" if shape == "reference" else f"{ratio:.0f}"])
            if delay == 5 and shape != "reference":
                table.verdicts.append(Verdict(f"queue at 5 ms, {shape} ÷ batches of 8", ratio, _FACTOR, True))
    return table


def _spread(values):
    text = f"{statistics.median(values):,.0f}"
    return text if len(values) == 1 else f"{text} ({min(values):,.0f}–{max(values):,.0f})"
