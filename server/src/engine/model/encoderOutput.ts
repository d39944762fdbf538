// What a caller may ask the encoder for. Requests are data: they choose the graph, name its outputs and key its session.
// Legend: B texts, T tokens, H hidden size, V vocabulary, N labels.

/** Where a vector for a whole text comes from: mean over tokens, the [CLS] vector, or ALBERT's tanh pooler over [CLS]. */
export type Pooling = 'mean' | 'cls' | 'pooler';

export type EncoderOutput =
  /** [B, T, H] after the last layer that runs. */
  | { readonly kind: 'hidden' }
  /** [B, T, H] after `layer` layers; 0 is what enters the first. */
  | { readonly kind: 'layer'; readonly layer: number }
  /** [T, B, H]: what a run of the layers after these goes on from; only that run knows what it means. */
  | { readonly kind: 'carried' }
  /** [B, H] */
  | { readonly kind: 'pooled'; readonly pooling: Pooling }
  /** [B, N] from the weights `heads.<head>.…` (or Hugging Face's `classifier`, whose head is named `classifier`). */
  | { readonly kind: 'logits'; readonly head: string; readonly pooling: Pooling }
  /** [B, T, N] from Hugging Face's token classifier. */
  | { readonly kind: 'tokenLogits' }
  /** [B, T, V] from the masked-language-model head. */
  | { readonly kind: 'mlm' }
  /** [M, V] from the same head at the M tokens of `EncoderRequest.tokenPlaces` alone: a vocabulary is wide. */
  | { readonly kind: 'mlmAtPlaces' }
  /** [B, T, 2]: start and end of an answer. */
  | { readonly kind: 'qa' }
  /** [B, 2]: in order, swapped. */
  | { readonly kind: 'sop' };

/** `outputName({ kind: 'logits', head: 'debt', pooling: 'mean' })` is `logits.debt.mean`; equal requests, equal names. */
export function outputName(output: EncoderOutput): string {
  switch (output.kind) {
    case 'layer':
      return `layer.${output.layer}`;
    case 'pooled':
      return `pooled.${output.pooling}`;
    case 'logits':
      return `logits.${output.head}.${output.pooling}`;
    default:
      return output.kind;
  }
}
