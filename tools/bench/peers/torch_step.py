"""One training step in PyTorch: eager and torch.compile, in float32 and with bfloat16 autocast, all channels_last."""

import torch
import torch.nn.functional as F

from channel import serve, settings
from torch_networks import network

options = settings()
torch.set_num_threads(options["threads"])
torch.manual_seed(1)
x = torch.randn(options["batch"], 3, options["side"], options["side"]).to(memory_format=torch.channels_last)
y = torch.arange(options["batch"]) % options["classes"]


def program(compiled, half):
    model = network(options)
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, weight_decay=2e-4)

    def step():
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
            loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    run = torch.compile(step) if compiled else step
    return lambda: run().item()


modes = {
    "PyTorch, eager": (False, False),
    "PyTorch, torch.compile": (True, False),
    "PyTorch, eager, bfloat16": (False, True),
    "PyTorch, torch.compile, bfloat16": (True, True),
}
# With "only" this process has one mode, so that its peak memory is that mode's.
wanted = [options["only"]] if "only" in options else modes
serve(
    f"torch {torch.__version__}, {torch.get_num_threads()} threads, {torch.backends.cpu.get_cpu_capability()}",
    {name: program(*modes[name]) for name in wanted},
)
