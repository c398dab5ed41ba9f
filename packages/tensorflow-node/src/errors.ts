import { defineErrors, errorEntry, optionEntry, quoteAll } from '@evenkeel/errors';

/** Every error that this package throws on purpose. */
export const errors = defineErrors('TENSORFLOW', {
  OPTION_INVALID: optionEntry({
    where: 'setupNative',
    option: 'variant',
    expected: "'native' or 'native-gpu'",
    received: 'gpu',
  }),
  PACKAGE_MISSING: errorEntry(
    (d: { backend: string; packages: readonly string[]; install: string }) =>
      `Backend '${d.backend}' needs the npm package ${quoteAll(d.packages)}, which is not installed. Run \`${d.install}\`.`,
    {
      backend: 'native',
      packages: ['@tensorflow/tfjs-node'],
      install: 'npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0 && npx evenkeel setup native',
    },
  ),
  NATIVE_NOT_SET_UP: errorEntry(
    (d: { backend: string; folder: string }) =>
      `Backend '${d.backend}' is not built yet: nothing usable in '${d.folder}'. Run \`npx evenkeel setup ${d.backend}\` once.`,
    { backend: 'native', folder: '/home/ada/.cache/evenkeel/native' },
  ),
  BUILD_DAMAGED: errorEntry(
    (d: { backend: string; folder: string; problem: string }) =>
      `The build of backend '${d.backend}' in '${d.folder}' is damaged and is not loaded: ${d.problem}. Expected it as it was when it was built. Run \`npx evenkeel setup ${d.backend}\` to build it again.`,
    {
      backend: 'native',
      folder: '/home/ada/.cache/evenkeel/native/tfjs-node',
      problem: "'deps/lib/libtensorflow_cc.so.2' has 1000 of 788086608 bytes",
    },
  ),
  CACHE_UNREADABLE: errorEntry(
    (d: { folder: string; reason: string }) =>
      `The cache '${d.folder}' may not be read: ${d.reason}. Grant access, or name another folder with the environment variable EVENKEEL_CACHE.`,
    { folder: '/home/ada/.cache/evenkeel/native', reason: 'EACCES: permission denied' },
  ),
  CACHE_NOT_WRITTEN: errorEntry(
    (d: { folder: string; reason: string }) =>
      `The cache '${d.folder}' could not be written to: ${d.reason}. Make room or grant access, or name another folder with the environment variable EVENKEEL_CACHE; what was finished is kept.`,
    { folder: '/home/ada/.cache/evenkeel/native', reason: 'EACCES: permission denied, mkdir' },
  ),
  TWO_CORES: errorEntry(
    (d: { backend: string; own: string; other: string }) =>
      `Backend '${d.backend}' loads another copy of @tensorflow/tfjs-core ('${d.other}') than this package ('${d.own}'), so neither can use the other's tensors. Install one version of both: \`npm install @tensorflow/tfjs-core@4.22.0\`, then \`npm dedupe\`.`,
    {
      backend: 'native',
      own: '/a/tfjs-core/dist/tf-core.node.js',
      other: '/b/tfjs-core/dist/tf-core.node.js',
    },
  ),
  PLATFORM_UNSUPPORTED: errorEntry(
    (d: { backend: string; platform: string; arch: string; glibc?: string; advice: string }) =>
      `Backend '${d.backend}' cannot be set up on ${d.platform} ${d.arch}: ${d.advice}. The backend 'wasm' works everywhere.`,
    {
      backend: 'native',
      platform: 'linux',
      arch: 'x64',
      advice: 'its C library is musl (Alpine), and TensorFlow needs glibc: take an image of Debian',
    },
  ),
  TOOL_MISSING: errorEntry(
    (d: { tool: string; fix: string }) =>
      `Setting up native needs '${d.tool}' here, because no prebuilt package fits this machine and these versions; it was not found. Install it (\`${d.fix}\`) and run the same command again.`,
    { tool: 'g++', fix: 'sudo apt-get install g++' },
  ),
  DOWNLOAD_FAILED: errorEntry(
    (d: { name: string; reason: string }) =>
      `The wheel of '${d.name}' could not be downloaded: ${d.reason}. Check the network, HTTPS_PROXY and the package index (--index URL, PIP_INDEX_URL), and run the same command again: it resumes where it was. Without network, fetch the wheel elsewhere and pass it with --wheel FILE.`,
    { name: 'tensorflow-cpu 2.21.0', reason: 'fetch failed: connect ECONNREFUSED' },
  ),
  WHEEL_MISSING: errorEntry(
    (d: { file: string }) =>
      `There is no wheel at '${d.file}', or it is no file. Expected a file such as tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl. Check the path that was given to --wheel.`,
    { file: '/tmp/tensorflow.whl' },
  ),
  WHEEL_CHECKSUM: errorEntry(
    (d: { file: string; expected: string; received: string }) =>
      `'${d.file}' is not the expected file: expected SHA-256 ${d.expected}, received ${d.received}. Delete it and download it again; if it is another wheel on purpose, name its version with --tensorflow-version and its digest with --sha256.`,
    { file: 'tensorflow.whl', expected: '2b847d21', received: '00000000' },
  ),
  WHEEL_UNVERIFIED: errorEntry(
    (d: { file: string; received: string }) =>
      `No checksum is known for '${d.file}'. Its SHA-256 is ${d.received}. Compare it with the one that the package index publishes and pass it with --sha256, or skip the check with --allow-unverified.`,
    { file: 'tensorflow_cpu-2.20.0.whl', received: '1f2e3d4c' },
  ),
  WHEEL_UNREADABLE: errorEntry(
    (d: { file: string; reason: string }) =>
      `'${d.file}' cannot be used as a TensorFlow wheel: ${d.reason}. Download it again.`,
    { file: 'tensorflow.whl', reason: "it holds no 'tensorflow/libtensorflow_cc.so.2'" },
  ),
  BUILD_FAILED: errorEntry(
    (d: { compiler: string; output: string }) =>
      `The binding could not be compiled. '${d.compiler}' said last:\n${d.output}\nA compiler of C++17 is needed; CXX names another one.`,
    { compiler: 'g++', output: "error: unrecognized command-line option '-std=c++17'" },
  ),
  SELF_TEST_FAILED: errorEntry(
    (d: { folder: string; output: string }) =>
      `The native build in '${d.folder}' does not work on this machine:\n${d.output}\nRun \`npx evenkeel setup native --force\` to build it again, or use the backend 'wasm'.`,
    { folder: '/home/ada/.cache/evenkeel/native/tfjs-node', output: 'expected 19, received 0' },
  ),
  LINK_FAILED: errorEntry(
    (d: { target: string; reason: string }) =>
      `'${d.target}' could not be linked to the native build: ${d.reason}. Remove what is in its place and run the command again with --link.`,
    { target: 'node_modules/@tensorflow/tfjs-node/deps', reason: 'a folder is in its place' },
  ),
  COLLECTIVES_UNUSABLE: errorEntry(
    (d: { folder: string; reason: string }) =>
      `The op that reduces over processes cannot be used with the native build in '${d.folder}':\n${d.reason}\nRun \`npx evenkeel setup native\`, which compiles it; it needs a C compiler (Debian and Ubuntu: \`sudo apt-get install gcc\`).`,
    { folder: '/home/ada/.cache/evenkeel/native/tfjs-node', reason: 'no C compiler was found' },
  ),
});
