import { PbfWriter } from 'pbf';

const JOB = 'worker';
const LEADER = `/job:${JOB}/replica:0/task:0`;

/**
 * TensorFlow's `ConfigProto` for the sessions of a rank, encoded (config.proto: device_filters 4, experimental 16 with
 * collective_group_leader 1). Without the filter a session waits for every process and may place nodes on them.
 */
export function sessionConfig(rank: number): Uint8Array {
  const writer = new PbfWriter();
  writer.writeStringField(4, `/job:${JOB}/task:${rank}`);
  writer.writeMessage(16, () => writer.writeStringField(1, LEADER), undefined);
  return writer.finish();
}

/**
 * TensorFlow's `ServerDef` of a rank, encoded (tensorflow_server.proto: cluster 1, job_name 2, task_index 3,
 * default_session_config 4, protocol 5; cluster.proto: job 1 with name 1 and tasks 2). `servers` are `host:port`, by rank.
 */
export function serverDef(servers: readonly string[], rank: number): Uint8Array {
  const writer = new PbfWriter();
  const task = (address: string, at: number) => {
    writer.writeMessage(
      2,
      () => (writer.writeVarintField(1, at), writer.writeStringField(2, address)),
      undefined,
    );
  };
  const job = () => {
    writer.writeStringField(1, JOB);
    servers.forEach(task);
  };
  writer.writeMessage(1, () => writer.writeMessage(1, job, undefined), undefined);
  writer.writeStringField(2, JOB);
  writer.writeVarintField(3, rank);
  writer.writeBytesField(4, sessionConfig(rank));
  writer.writeStringField(5, 'grpc');
  return writer.finish();
}
