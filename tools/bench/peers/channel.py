"""What all peers share: they say what they offer, then run blocks of steps when they are told to."""

import json
import resource
import sys
import time


def settings():
    """The settings from the command line."""
    return json.loads(sys.argv[1])


def timed(step, steps):
    """The milliseconds of every step."""
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    return times


def peak_mebibytes():
    """Peak resident memory. On Linux, what getrusage says starts at the peak of the process that began this one."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def serve(description, programs, *, blocks=False, figures={}):
    """programs: a function for each name; one call is one step, or with `blocks` all steps of a turn, timed by itself. figures: what
    else was found out, numbers by name for some of them."""
    out = sys.stdout
    sys.stdout = sys.stderr  # what libraries print must not get between the answers
    print(json.dumps({"names": list(programs), "description": description, "figures": figures}), file=out, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        program = programs[order["go"]]
        times = program(order["steps"]) if blocks else timed(program, order["steps"])
        print(json.dumps({"ms": times, "peakMiB": peak_mebibytes()}), file=out, flush=True)
