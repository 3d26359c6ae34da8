// SPDX-License-Identifier: BSD-2-Clause
// Most of everything in a template (engine-cloudformation-cloudwatch, part 1 §2).
export const limits = {
  mappings: 100,
  attributes: 30,
  parameters: 60,
  resources: 200,
  outputs: 60,
  /** Of mappings, parameters, resources and outputs. */
  nameCharacters: 255,
  parameterValueBytes: 4096,
  templateDescriptionBytes: 1024,
  /** Of a resource or an output. */
  descriptionCharacters: 4000,
} as const
