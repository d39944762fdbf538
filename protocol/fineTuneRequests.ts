// Messages with which the team's labels become a better model: what there is to learn from, one training at a time,
// what it brought, and the models that came of it. docs/PROTOCOL.md describes each of them; a test holds that page to
// this file.

/**
 * Client → server: what the team has labelled, by task, and whether that is enough to train on.
 */
export type TrainingDataParams = Readonly<Record<string, never>>;
export const trainingDataRequest = 'marginalia/trainingData';

export interface TrainingDataResponse {
  /** Those that the model knows first, then those that only the team has; the most labelled first. */
  readonly tasks: readonly TrainableTask[];
  /** Why nothing can be trained in this window at all, ready to be shown. */
  readonly problem: string | undefined;
}

export interface TrainableTask {
  readonly task: string;
  /** What the task asks, in the user's language. */
  readonly question: string;
  /** Several labels may hold at once. */
  readonly several: boolean;
  /** The model that is in use has this task. */
  readonly isKnown: boolean;
  /** Labelled texts to learn from. */
  readonly trainingRows: number;
  /** Labelled texts that no training sees: models are compared on them. The same ones every time. */
  readonly testRows: number;
  /** What the trainer would choose for these texts. */
  readonly advised: FineTuneOptions;
  /** Few texts have to be seen more often than many; a head alone is fitted at once. By what stays as it is. */
  readonly advisedEpochs: Readonly<Record<FineTuneOptions['freeze'], number>>;
  readonly labels: readonly LabelCount[];
  /** What is odd about the labels, ready to be shown. */
  readonly problems: readonly string[];
  /** Why it cannot be trained yet and what to do, ready to be shown. */
  readonly obstacle: string | undefined;
}

export interface LabelCount {
  readonly name: string;
  readonly title: string;
  readonly training: number;
  readonly test: number;
}

/** What a person chooses about a training. */
export interface FineTuneOptions {
  readonly epochs: number;
  readonly learningRate: number;
  /** What stays as it is: nothing, the word table, or everything but the heads. */
  readonly freeze: 'none' | 'embeddings' | 'encoder';
  /** Hold the model's other tasks where they are. */
  readonly keepTasks: boolean;
  /** What reading the task at the depths before the last counts while it is learned, 0 to 1. */
  readonly shallowWeight: number;
  /** Each group of layers learns this many times as fast as the one above it: above 0 and up to 1. */
  readonly layerDecay: number;
}

/**
 * Client → server: how long a training would take, measured on this machine. The first answer takes a few seconds.
 */
export interface EstimateTrainingParams {
  readonly task: string;
  readonly options: FineTuneOptions;
}
export const estimateTrainingRequest = 'marginalia/estimateTraining';

export interface EstimateTrainingResponse {
  readonly seconds: number;
  readonly tokensPerSecond: number;
}

/**
 * Client → server: how long adapting to this workspace would take, measured on this machine. The first answer takes
 * some seconds; a training that begins meanwhile ends it.
 */
export type EstimateAdaptationParams = Readonly<Record<string, never>>;
export const estimateAdaptationRequest = 'marginalia/estimateAdaptation';

export interface EstimateAdaptationResponse extends EstimateTrainingResponse {
  /** Different comments and paragraphs that it would be about. */
  readonly passages: number;
}

/** `interrupted`: it can go on where it stopped. `done`: a model waits for a decision. */
export type TrainingPhase =
  | 'none'
  | 'preparing'
  | 'training'
  | 'paused'
  | 'comparing'
  | 'measuringCurve'
  | 'interrupted'
  | 'failed'
  | 'done';

/**
 * Server → client, when something changed, at most four times a second: the one training of this window, complete.
 */
export interface TrainingStateParams {
  readonly phase: TrainingPhase;
  /** Absent in phase `none`, as everything below, and where a model is adapted to the workspace. */
  readonly task: string | undefined;
  readonly options: FineTuneOptions | undefined;
  /** Present where the model learns from the workspace's own passages and not from labels. */
  readonly adaptation: Adaptation | undefined;
  /** Name of the model that is made; absent where it was not worth keeping. */
  readonly model: string | undefined;
  readonly plan: TrainingPlan | undefined;
  readonly progress: TrainingProgress | undefined;
  /** At most a few hundred points, whatever the number of steps. */
  readonly losses: readonly LossPoint[];
  readonly epochs: readonly EpochPoint[];
  /** What was odd about the rows, ready to be shown. */
  readonly notes: readonly string[];
  readonly curve: LearningCurve | undefined;
  /** For `failed`: why, and what to do next. Also where a model was made although something went wrong on the way. */
  readonly message: string | undefined;
}
export const trainingStateNotification = 'marginalia/trainingState';

export interface Adaptation {
  /** A model without heads for hidden words gets them first, on an encoder that stays as it is. */
  readonly part: 'heads' | 'model' | undefined;
  /** On passages and labels that nothing is learned from; those of before first, as soon as they are known. */
  readonly measures: readonly AdaptationMeasure[];
  /** Present at the end. */
  readonly verdict: AdaptationVerdict | undefined;
}

export interface AdaptationMeasure {
  /**
   * `wordLoss` falls where the model gets better; `words` and `order` are shares that were guessed right, `search` the
   * mean reciprocal rank of the comment that belongs to a name, `labels` macro F1 on the team's labels; `sameAnswers`
   * is the share of a task's decisions that are as before.
   */
  readonly kind: 'wordLoss' | 'words' | 'order' | 'search' | 'labels' | 'sameAnswers';
  /** For `labels` and `sameAnswers`. */
  readonly task: string | undefined;
  readonly before: number | undefined;
  readonly after: number | undefined;
  /** Of how many it was measured; 0 where that is not told. */
  readonly count: number;
}

export interface AdaptationVerdict {
  readonly isKept: boolean;
  /** What got worse, ready to be shown. */
  readonly reasons: readonly string[];
}

export interface TrainingPlan {
  readonly trainingCount: number;
  readonly validationCount: number;
  /** Texts without labels on which earlier knowledge is held. */
  readonly replayCount: number;
  readonly keptTasks: readonly string[];
}

export interface TrainingProgress {
  /** 0 to 1, of what the phase does. */
  readonly share: number;
  readonly step: number;
  readonly totalSteps: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly tokensPerSecond: number;
  readonly remainingMs: number | undefined;
}

export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

/**
 * What the texts that were held back from training said after an epoch. Of an adaptation, `loss` and `accuracy` are
 * about hidden words.
 */
export interface EpochPoint {
  readonly epoch: number;
  readonly step: number;
  readonly trainingLoss: number;
  readonly loss: number | undefined;
  readonly macroF1: number | undefined;
  readonly accuracy: number | undefined;
}

/** How good the model becomes with a part of the labels: whether more of them would help. */
export interface LearningCurve {
  readonly points: readonly CurvePoint[];
  /** Share that is trained with now. */
  readonly running: number | undefined;
}

export interface CurvePoint {
  readonly share: number;
  readonly rows: number;
  readonly macroF1: number;
}

/**
 * Client → server, when a client starts to show the training: its state as it is now.
 */
export type GetTrainingParams = Readonly<Record<string, never>>;
export const getTrainingRequest = 'marginalia/getTraining';

export interface GetTrainingResponse {
  readonly training: TrainingStateParams;
}

/**
 * Client → server: what to do with the training. `adapt` starts one on the workspace's own passages, without labels;
 * `continue` goes on after an interruption, `discard` forgets what was interrupted, failed or not kept, `measureCurve`
 * trains with parts of the labels after a training is done.
 */
export interface ControlTrainingParams {
  readonly action:
    | 'start'
    | 'adapt'
    | 'pause'
    | 'resume'
    | 'cancel'
    | 'continue'
    | 'discard'
    | 'measureCurve';
  /** For `start`. */
  readonly task?: string;
  /** For `start`; absent: the defaults. */
  readonly options?: FineTuneOptions;
}
export const controlTrainingRequest = 'marginalia/controlTraining';

export interface ControlTrainingResponse {
  /** Why nothing was done, ready to be shown. */
  readonly message: string | undefined;
}

/**
 * Client → server: what a model is worth on the test texts, beside the model it came from.
 */
export interface TrainingResultParams {
  /** Name of the model. */
  readonly model: string;
}
export const trainingResultRequest = 'marginalia/trainingResult';

export interface TrainingResultResponse {
  /** Absent where the model was not compared on labels, such as an imported one. */
  readonly result: TestResult | undefined;
  /** Present where the model was adapted to a workspace. */
  readonly adaptation: readonly AdaptationMeasure[] | undefined;
}

export interface TestResult {
  readonly task: string;
  readonly several: boolean;
  readonly labels: readonly { readonly name: string; readonly title: string }[];
  readonly after: TestMeasure;
  /** Absent where the earlier model does not have the task. */
  readonly before: TestMeasure | undefined;
  /** Name of the earlier model. */
  readonly beforeModel: string;
  /** Every test text, so that a cell of the matrix can show its own. */
  readonly examples: readonly TestExample[];
}

/** Numbers are 0 to 1. */
export interface TestMeasure {
  readonly count: number;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly microF1: number;
  /** Expected calibration error. */
  readonly ece: number;
  /** In the order of the labels. */
  readonly labels: readonly {
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
    readonly support: number;
  }[];
  /** What was said with about this probability, and how often it came true; bins without texts are left out. */
  readonly reliability: readonly {
    readonly probability: number;
    readonly rate: number;
    readonly count: number;
  }[];
}

export interface TestExample {
  readonly text: string;
  readonly truth: readonly string[];
  readonly after: readonly string[];
  readonly before: readonly string[] | undefined;
  /** Of the likeliest predicted label. */
  readonly probability: number;
  /** Where the text stood when it was labelled; absent where nobody knows. */
  readonly uri: string | undefined;
}

/**
 * Client → server: which findings and labels of the workspace another model would change.
 */
export interface PreviewModelParams {
  readonly model: string;
}
export const previewModelRequest = 'marginalia/previewModel';

export interface PreviewModelResponse {
  readonly gone: number;
  readonly added: number;
  /** Passages that would get other labels in the task that was trained. */
  readonly relabelled: number;
  /** The first few hundred, findings first. */
  readonly changes: readonly PreviewChange[];
  readonly files: number;
  readonly passages: number;
  /** True where the workspace has more than was read. */
  readonly isPartial: boolean;
}

export interface PreviewChange {
  readonly kind: 'gone' | 'added' | 'relabelled';
  readonly uri: string;
  /** Relative to the workspace folder. */
  readonly file: string;
  /** From zero. */
  readonly line: number;
  readonly text: string;
  /** Titles of labels, or the code of the finding. */
  readonly before: string;
  readonly after: string;
}

/**
 * Server → client, while a preview is made, at most four times a second: how far it is.
 */
export interface PreviewProgressParams {
  readonly done: number;
  readonly total: number;
}
export const previewProgressNotification = 'marginalia/previewProgress';

/**
 * Client → server: the models that were made or imported here.
 */
export type ModelVersionsParams = Readonly<Record<string, never>>;
export const modelVersionsRequest = 'marginalia/modelVersions';

export interface ModelVersionsResponse {
  /** Latest first. */
  readonly versions: readonly ModelVersion[];
  /** Name of the version that this workspace uses; absent: the model of the settings. */
  readonly active: string | undefined;
  /** Name of the model that the settings choose. */
  readonly settingsModel: string;
  /** What "roll back" would go back to: a version's name, or the model of the settings. */
  readonly rollBackTo: string | undefined;
}

export interface ModelVersion {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly created: string;
  readonly origin: 'trained' | 'adapted' | 'imported';
  readonly status: 'candidate' | 'accepted';
  /** Absent for models that did not learn from labels here. */
  readonly task: string | undefined;
  /** Name of the model it was trained from. */
  readonly parent: string | undefined;
  readonly trainingRows: number | undefined;
  /** On the test texts, 0 to 1. */
  readonly macroF1: number | undefined;
  readonly macroF1Before: number | undefined;
  readonly notes: string;
  readonly sizeBytes: number;
}

/**
 * Client → server: what to do with models. `accept` and `use` make this workspace use one, `rollBack` the one that it
 * used before; `reject` and `remove` delete one; `describe` keeps notes; `export` copies one into a folder that does
 * not exist; `import` copies one from a folder, after it was checked.
 */
export interface ChangeModelParams {
  readonly action: 'accept' | 'use' | 'rollBack' | 'reject' | 'remove' | 'describe' | 'export' | 'import';
  /** For all but `rollBack` and `import`. `use` without a name: the model of the settings. */
  readonly model?: string;
  /** Path for `export` and `import`. */
  readonly folder?: string;
  /** For `describe`. */
  readonly notes?: string;
}
export const changeModelRequest = 'marginalia/changeModel';

export interface ChangeModelResponse {
  /** The model that is in use afterwards, or was imported. */
  readonly model: string | undefined;
  /** Why nothing was done, ready to be shown. */
  readonly message: string | undefined;
}
