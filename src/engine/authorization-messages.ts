// SPDX-License-Identifier: BSD-2-Clause
// Why something was refused, as a text that only this cloud can read: whoever is refused learns nothing from it, and
// hands it to somebody who may ask sts:DecodeAuthorizationMessage. The same refusal has the same text.
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Demand } from './access'
import type { Tx } from './operation'
import type { Decision, Match } from './policy/contracts'

const nonceBytes = 12
const tagBytes = 16
/** A text that was never ours may not be made to swell when it is read. */
const longestMessage = 64 * 1024
// With a demand's conditions that came with the request.
const longestValue = 1000

const keyOf = (tx: Tx): Buffer =>
  createHmac('sha256', tx.cloudIdentity.must('cloud').privateKey).update('authorization messages').digest()

const items = (values: readonly string[]) => ({ items: values.map(value => ({ value })) })

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]

/** A statement as it was written, when it can be read once more. */
const written = ({ from, statement }: Match): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(from.policy.source.slice(statement.start, statement.end)) as Record<string, unknown>
  } catch {
    return {}
  }
}

const conditionsOf = (context: Demand['context'] = {}) =>
  Object.entries(context)
    .filter((entry): entry is [string, string | readonly string[]] => entry[1] !== undefined)
    .map(([key, value]) => ({ key, values: items(textsOf(value).map(text => text.slice(0, longestValue))) }))

const statementView = (match: Match) => {
  const { Action, NotAction, Resource, NotResource } = written(match)
  return {
    statementId: match.statement.sid ?? '',
    effect: match.statement.effect.toUpperCase(),
    sourcePolicy: match.from.name,
    actions: items(textsOf(Action ?? NotAction)),
    resources: items(textsOf(Resource ?? NotResource)),
  }
}

/** What AWS' document of this name has, with the policy that each statement is from. */
const documentOf = ({ caller }: Tx, { action, resource, context }: Demand, decision: Decision): string =>
  JSON.stringify({
    allowed: decision.allowed,
    explicitDeny: decision.reason === 'explicit-deny',
    reason: decision.reason,
    matchedStatements: { items: decision.by.map(statementView) },
    failures: items([]),
    context: {
      principal: { id: caller.userId, name: caller.userName || caller.session?.name, arn: caller.arn },
      action,
      resource,
      conditions: { items: conditionsOf(context) },
    },
  })

/** The refusal of a demand, sealed. */
export const encodeAuthorizationMessage = (tx: Tx, demand: Demand, decision: Decision): string => {
  const document = deflateRawSync(documentOf(tx, demand, decision))
  const key = keyOf(tx)
  // Of the document itself, as operations that are refused must not draw chance from anybody: two documents that differ
  // have different ones.
  const nonce = createHmac('sha256', key)
    .update(tx.caller.account)
    .update('\0')
    .update(document)
    .digest()
    .subarray(0, nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  // A message is its account's own.
  cipher.setAAD(Buffer.from(tx.caller.account))
  const sealed = [nonce, cipher.update(document), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(sealed).toString('base64url')
}

/** The document that was sealed for the caller's account; undefined for any other text. */
export const decodeAuthorizationMessage = (tx: Tx, text: string): string | undefined => {
  const sealed = Buffer.from(text, 'base64url')
  if (sealed.length <= nonceBytes + tagBytes || sealed.toString('base64url') !== text) return undefined
  const decipher = createDecipheriv('aes-256-gcm', keyOf(tx), sealed.subarray(0, nonceBytes))
  decipher.setAAD(Buffer.from(tx.caller.account))
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  try {
    const document = Buffer.concat([
      decipher.update(sealed.subarray(nonceBytes, -tagBytes)),
      decipher.final(),
    ])
    return inflateRawSync(document, { maxOutputLength: longestMessage }).toString()
  } catch {
    // Tampered with, cut, or another cloud's.
    return undefined
  }
}
