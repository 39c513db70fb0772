import { createFolderArtifacts } from '../objects/artifacts.ts';
import { runInference } from '../serving/isolation/inference.ts';

/** The process that runs models; started by `forkInference`. */
runInference(createFolderArtifacts);
