// SPDX-License-Identifier: BSD-2-Clause
// What CloudWatch's codes are called in JSON and CBOR.
import {
  InvalidFormatFault$,
  InvalidNextToken$,
  InvalidParameterCombinationException$,
  InvalidParameterValueException$,
  LimitExceededFault$,
  MissingRequiredParameterException$,
  ResourceNotFound$,
} from '@aws-sdk/client-cloudwatch'

export const errorShapes = [
  InvalidFormatFault$,
  InvalidNextToken$,
  InvalidParameterCombinationException$,
  InvalidParameterValueException$,
  LimitExceededFault$,
  MissingRequiredParameterException$,
  ResourceNotFound$,
]
