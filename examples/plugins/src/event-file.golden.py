"""The records of event-file.test.ts, written by TensorBoard's own writer and protocol buffers.

pip install tensorboard==2.21.0 setuptools; python event-file.golden.py prints them in base64. With a folder as argument
it prints what TensorBoard's reader finds in the event files there.
"""

import base64
import io
import sys

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

if len(sys.argv) > 1:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    log = EventAccumulator(sys.argv[1], purge_orphaned_data=True)
    log.Reload()
    for tag in log.Tags()["scalars"]:
        print(tag, [(entry.step, round(entry.value, 5)) for entry in log.Scalars(tag)])
    sys.exit()


def scalars(**values):
    return Summary(value=[Summary.Value(tag=tag, simple_value=value) for tag, value in values.items()])


events = [
    Event(wall_time=1700000000.25, file_version="brain.Event:2"),
    Event(wall_time=1700000001.5, step=301, session_log=SessionLog(status=SessionLog.START)),
    Event(wall_time=1700000002, step=0, summary=scalars(loss=2.5)),
    Event(wall_time=1700000003, step=70000, summary=scalars(loss=0.1, rate=-1e-7)),
]
for event in events:
    stream = io.BytesIO()
    RecordWriter(stream).write(event.SerializeToString())
    print(base64.b64encode(stream.getvalue()).decode())
