// One table: operator → how its gradient is computed. Rules stand with their kind of operator in the files beside.

import { elementwiseRules } from './elementwiseGradients.ts';
import type { GradientRule } from './gradientTape.ts';
import { movementRules } from './movementGradients.ts';
import { productRules } from './productGradients.ts';
import { reductionRules } from './reductionGradients.ts';

export const gradientRules: Readonly<Record<string, GradientRule>> = {
  ...elementwiseRules,
  ...productRules,
  ...reductionRules,
  ...movementRules,
};
