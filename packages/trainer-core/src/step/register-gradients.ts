// tfjs-core registers its gradients only in a module that Node cannot load; the Node build of tfjs-layers brings them.
import '@tensorflow/tfjs-layers';
