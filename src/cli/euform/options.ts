// SPDX-License-Identifier: BSD-2-Clause
// Arguments that several tools of CloudFormation have, by the keys that commands know them by.
import type { Capability } from '@aws-sdk/client-cloudformation'
import { list } from '../argument-types'
import type { Context } from '../context'
import { append, option, positional } from '../options'
import { parameters } from './argument-types'

/** The stack that a tool is about. */
export const theStack = (toDo: string) => ({
  stack: positional('STACK', { help: `name or ID of the stack ${toDo} (required)` }),
})

/** Where a template comes from, one or the other. */
export const templateMembers = {
  templateFile: option('--template-file', { metavar: 'FILE', help: 'file with the template' }),
  templateUrl: option('--template-url', {
    metavar: 'URL',
    help: 'address of the template in an object store that the cloud knows',
  }),
}

export const capabilities = {
  capabilities: option('--capabilities', {
    metavar: 'CAP[,...]',
    // What a template may ask for is the cloud's to say, and more than this SDK knows.
    type: text => list(text) as Capability[],
    help: 'what the stack may do beyond the usual: CAPABILITY_IAM lets it make users, roles and what they may do',
  }),
}

export const stackParameters = {
  parameter: append('-p --parameter', {
    metavar: 'KEY=VALUE',
    type: parameters,
    help: "value of a parameter of the template, or of several with ';' between them. May be used more than once",
  }),
}

/** The template as it is sent: a file is read as text. */
export const templateOf = async (
  {
    templateFile,
    templateUrl,
  }: { readonly templateFile?: string | undefined; readonly templateUrl?: string | undefined },
  context: Context,
): Promise<{ TemplateBody?: string; TemplateURL?: string }> => {
  if (templateFile === undefined) return templateUrl === undefined ? {} : { TemplateURL: templateUrl }
  const bytes = await context.read(templateFile)
  try {
    return { TemplateBody: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) }
  } catch (error) {
    throw new Error(`${templateFile} is no text in UTF-8`, { cause: error })
  }
}
