"""Sums tensors over processes with PyTorch's Gloo over loopback TCP; rank 0 starts the others."""

import os
import subprocess
import sys
import time

import torch
import torch.distributed as distributed

from channel import serve, settings

options = settings()
ranks, floats = options["ranks"], options["floats"]
own = int(os.environ.get("EVENKEEL_BENCH_RANK", "0"))
torch.set_num_threads(1)
if own == 0:
    for rank in range(1, ranks):
        environment = {**os.environ, "EVENKEEL_BENCH_RANK": str(rank)}
        subprocess.Popen([sys.executable, *sys.argv], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
distributed.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{options['port']}", rank=own, world_size=ranks)
names = [f"{options['name']}, {size}" for size in floats]
tensors = [torch.ones(size) for size in floats.values()]


def agree_on(tensor, steps):
    """The order of rank 0, on every rank: which tensor, and how often; no steps at the end."""
    order = torch.tensor([tensor, steps])
    distributed.broadcast(order, 0)
    return order.tolist()


def measure(tensor, steps):
    times = []
    for _ in range(steps):
        distributed.all_reduce(torch.ones(1))  # all begin together
        start = time.perf_counter()
        distributed.all_reduce(tensors[tensor])
        times.append((time.perf_counter() - start) * 1000)
        tensors[tensor].fill_(1)
    return times


def program(at):
    return lambda steps: measure(*agree_on(at, steps))


if own == 0:
    description = f"torch {torch.__version__}, Gloo, {ranks} ranks"
    serve(description, {name: program(at) for at, name in enumerate(names)}, blocks=True)
    agree_on(0, 0)
else:
    while True:
        tensor, steps = agree_on(0, 0)
        if steps == 0:
            break
        measure(tensor, steps)
distributed.destroy_process_group()
