// Messages between the fine-tune panel, which is a page in a webview, and the extension host behind it. The page draws;
// the host asks the server, opens files, asks for folders and runs commands. Everything that the page shows comes from
// the server, so that a page that was closed or reloaded shows the same again.

import type {
  ChangeModelParams,
  ControlTrainingParams,
  EstimateAdaptationResponse,
  EstimateTrainingResponse,
  FineTuneOptions,
  ModelVersionsResponse,
  PreviewModelResponse,
  PreviewProgressParams,
  TrainingDataResponse,
  TrainingResultResponse,
  TrainingStateParams,
} from './fineTuneRequests.ts';

/** What buttons of the page can make the editor do. */
export type FineTunePanelAction = 'labelNext' | 'openFolder' | 'showLog';

export type FromFineTunePanel =
  /** The page listens; everything it has to know may be sent. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'control'; readonly params: ControlTrainingParams }
  | {
      readonly kind: 'estimate';
      readonly id: number;
      readonly task: string;
      readonly options: FineTuneOptions;
    }
  | { readonly kind: 'estimateAdaptation' }
  | { readonly kind: 'result'; readonly model: string }
  | { readonly kind: 'preview'; readonly model: string }
  | { readonly kind: 'cancelPreview' }
  /** Folders are asked for by the host. */
  | { readonly kind: 'change'; readonly params: ChangeModelParams }
  /** Without a line the text is looked for. */
  | {
      readonly kind: 'open';
      readonly uri: string;
      readonly line: number | undefined;
      readonly text: string;
    }
  | { readonly kind: 'run'; readonly action: FineTunePanelAction };

export type ToFineTunePanel =
  | { readonly kind: 'texts'; readonly texts: FineTunePanelTexts }
  /** A command wants this task shown. */
  | { readonly kind: 'task'; readonly task: string }
  | { readonly kind: 'data'; readonly data: TrainingDataResponse }
  | { readonly kind: 'training'; readonly training: TrainingStateParams }
  | { readonly kind: 'versions'; readonly versions: ModelVersionsResponse }
  | {
      readonly kind: 'estimated';
      readonly id: number;
      readonly estimate: EstimateTrainingResponse | undefined;
      readonly message: string | undefined;
    }
  | {
      readonly kind: 'adaptationEstimated';
      readonly estimate: EstimateAdaptationResponse | undefined;
      readonly message: string | undefined;
    }
  | { readonly kind: 'result'; readonly model: string; readonly result: TrainingResultResponse }
  | { readonly kind: 'previewProgress'; readonly progress: PreviewProgressParams }
  | {
      readonly kind: 'preview';
      readonly model: string;
      /** Absent: it was cancelled, or there is a message. */
      readonly preview: PreviewModelResponse | undefined;
      readonly message: string | undefined;
    }
  /** What came of the last thing that was asked; empty takes the last one away. */
  | { readonly kind: 'notice'; readonly text: string };

/** Every sentence of the page in the user's language; `{0}`, `{1}` are filled in by the page. */
export interface FineTunePanelTexts {
  readonly title: string;
  readonly intro: string;
  readonly inUse: string;
  readonly loading: string;
  readonly minutes: string;
  readonly seconds: string;
  readonly hours: string;

  readonly labels: string;
  readonly task: string;
  readonly newTask: string;
  readonly rowsOfTask: string;
  readonly training: string;
  readonly test: string;
  readonly testTip: string;
  readonly labelCounts: string;
  readonly noLabels: string;
  readonly labelNext: string;
  readonly openFolder: string;
  readonly notYet: string;

  readonly train: string;
  readonly trainWhat: string;
  readonly epochs: string;
  readonly epochsTip: string;
  readonly learningRate: string;
  readonly learningRateTip: string;
  readonly learns: string;
  readonly learnsAll: string;
  readonly learnsLayers: string;
  readonly learnsHeads: string;
  readonly learnsTip: string;
  readonly keepTasks: string;
  readonly keepTasksTip: string;
  readonly advanced: string;
  readonly shallow: string;
  readonly shallowTip: string;
  readonly shallowNone: string;
  readonly shallowSome: string;
  readonly shallowAll: string;
  readonly layerDecay: string;
  readonly layerDecayTip: string;
  readonly layerDecayNone: string;
  readonly layerDecayBy: string;
  readonly estimate: string;
  readonly estimating: string;
  readonly estimateUnknown: string;
  readonly start: string;
  readonly startTip: string;

  readonly adapt: string;
  readonly adaptWhat: string;
  readonly adaptTip: string;
  readonly adaptStart: string;
  readonly adaptEstimate: string;
  readonly adaptEstimating: string;

  readonly progress: string;
  readonly nothingTrained: string;
  readonly phasePreparing: string;
  readonly phaseTraining: string;
  readonly phasePaused: string;
  readonly phaseComparing: string;
  readonly phaseCurve: string;
  readonly phaseInterrupted: string;
  readonly phaseFailed: string;
  readonly phaseDone: string;
  readonly phaseReading: string;
  readonly phaseHeads: string;
  readonly phaseAdapting: string;
  readonly phaseAdaptPaused: string;
  readonly phaseAdaptInterrupted: string;
  readonly phaseAdaptFailed: string;
  readonly phaseAdapted: string;
  readonly phaseNotKept: string;
  readonly planned: string;
  readonly plannedKept: string;
  readonly speed: string;
  readonly timeLeft: string;
  readonly step: string;
  readonly epoch: string;
  readonly loss: string;
  readonly lossTip: string;
  readonly lossTraining: string;
  readonly lossTrainingAndKept: string;
  readonly lossHeldBack: string;
  readonly quality: string;
  readonly macroF1: string;
  readonly microF1: string;
  readonly accuracy: string;
  readonly afterFirstEpoch: string;
  readonly wordsHeldBack: string;
  readonly pause: string;
  readonly resume: string;
  readonly cancel: string;
  readonly continueTraining: string;
  readonly discard: string;
  readonly showLog: string;

  readonly result: string;
  readonly noResult: string;
  readonly notCompared: string;
  readonly testedOn: string;
  readonly fewTested: string;
  readonly before: string;
  readonly better: string;
  readonly worse: string;
  readonly same: string;
  readonly newForModel: string;
  readonly adaptedFrom: string;
  readonly adaptMeasured: string;
  readonly measure: string;
  readonly after: string;
  readonly change: string;
  readonly measuredOn: string;
  readonly measureWordLoss: string;
  readonly measureWords: string;
  readonly measureOrder: string;
  readonly measureSearch: string;
  readonly measureLabels: string;
  readonly measureSameAnswers: string;
  readonly perLabel: string;
  readonly label: string;
  readonly precision: string;
  readonly recall: string;
  readonly f1: string;
  readonly texts: string;
  readonly confusion: string;
  readonly confusionTip: string;
  readonly confusionSeveralTip: string;
  readonly truth: string;
  readonly predicted: string;
  readonly right: string;
  readonly missed: string;
  readonly wronglyGiven: string;
  readonly cell: string;
  readonly examplesOf: string;
  readonly noExamples: string;
  readonly openFile: string;
  readonly saidBefore: string;
  readonly none: string;
  readonly calibration: string;
  readonly calibrationTip: string;
  readonly ece: string;
  readonly said: string;
  readonly cameTrue: string;
  readonly moreLabels: string;
  readonly moreLabelsTip: string;
  readonly measureCurve: string;
  readonly curveCost: string;
  readonly curveHelps: string;
  readonly curveFlat: string;
  readonly curvePoint: string;

  readonly preview: string;
  readonly previewTip: string;
  readonly showPreview: string;
  readonly previewProgress: string;
  readonly previewReading: string;
  readonly previewSummary: string;
  readonly previewRelabelled: string;
  readonly previewNothing: string;
  readonly previewPartial: string;
  readonly previewRead: string;
  readonly previewFirst: string;
  readonly gone: string;
  readonly added: string;

  readonly decide: string;
  readonly decideTip: string;
  readonly accept: string;
  readonly reject: string;

  readonly models: string;
  readonly noModels: string;
  readonly model: string;
  readonly from: string;
  readonly noteLabel: string;
  readonly notePlaceholder: string;
  readonly actions: string;
  readonly active: string;
  readonly waiting: string;
  readonly imported: string;
  readonly adapted: string;
  readonly use: string;
  readonly export: string;
  readonly remove: string;
  readonly showResult: string;
  readonly rollBack: string;
  readonly settingsModel: string;
  readonly import: string;
}
