/** Where TensorFlow's library is in its wheel, and what becomes of it. */
export interface LibraryFiles {
  /** Members of the wheel; the first is the library that the binding is loaded on. */
  readonly members: readonly string[];
  /** Members that only the linker needs. */
  readonly linked: readonly string[];
  /** Links under the names that tfjs-node's own build expects. */
  readonly aliases: Readonly<Record<string, string>>;
}

const FILES: Readonly<Record<string, LibraryFiles>> = {
  linux: {
    members: ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2'],
    linked: [],
    aliases: {
      'libtensorflow.so': 'libtensorflow_cc.so.2',
      'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
    },
  },
  darwin: {
    members: ['tensorflow/libtensorflow_cc.2.dylib', 'tensorflow/libtensorflow_framework.2.dylib'],
    linked: [],
    aliases: { 'libtensorflow.2.dylib': 'libtensorflow_cc.2.dylib' },
  },
  win32: {
    members: ['tensorflow/python/_pywrap_tensorflow_common.dll'],
    linked: ['tensorflow/python/_pywrap_tensorflow_common.dll.if.lib'],
    aliases: {},
  },
};

/** The files of TensorFlow's library on a platform (`process.platform` by default); those of Linux for one without any. */
export function libraryFiles(platform: string = process.platform): LibraryFiles {
  return FILES[platform] ?? FILES.linux;
}

/** The library that the binding is loaded on, in the folder of a native build. */
export function mainLibrary(folder: string): string {
  return `${folder}/deps/lib/${libraryFiles().members[0].split('/').at(-1)}`;
}
