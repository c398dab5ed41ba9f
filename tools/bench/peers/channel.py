"""What all peers share: they say what they offer, then run blocks of steps when they are told to."""

import json
import resource
import sys
import time


def settings():
    """The settings from the command line."""
    return json.loads(sys.argv[1])


def serve(description, programs, figures={}):
    """programs: a function for each name; one call is one step. figures: what else was found out, numbers by name for some of them."""
    out = sys.stdout
    sys.stdout = sys.stderr  # what libraries print must not get between the answers
    print(json.dumps({"names": list(programs), "description": description, "figures": figures}), file=out, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        step = programs[order["go"]]
        times = []
        for _ in range(order["steps"]):
            start = time.perf_counter()
            step()
            times.append((time.perf_counter() - start) * 1000)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"ms": times, "peakMiB": peak}), file=out, flush=True)
