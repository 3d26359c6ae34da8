// SPDX-License-Identifier: BSD-2-Clause
// Writes an input as the parameters of a query request, by its schema.
import { elementOf, entryOf, membersOf, type Shape } from '../schemas/shapes'

export type Parameter = readonly [name: string, value: string]

/** `ec2`: lists are `Name.1` and names are capitalized; `query`: lists are `Name.member.1`. */
export type FormDialect = 'ec2' | 'query'

interface Form {
  readonly dialect: FormDialect
  readonly parameters: Parameter[]
}

export const writeForm = (shape: Shape, input: unknown, dialect: FormDialect): Parameter[] => {
  const parameters: Parameter[] = []
  write(shape, input, '', { dialect, parameters })
  return parameters
}

const write = (shape: Shape, value: unknown, name: string, form: Form): void => {
  const { dialect, parameters } = form
  if (value === undefined || value === null) return
  switch (shape.kind) {
    case 'struct': {
      const fields = value as Record<string, unknown>
      const prefix = name === '' ? '' : `${name}.`
      for (const member of membersOf(shape)) {
        if (fields[member.name] == null) continue
        write(
          member.shape,
          fields[member.name],
          prefix + memberName(member.name, member.shape, dialect),
          form,
        )
      }
      return
    }
    case 'list': {
      const element = elementOf(shape)
      const flat = dialect === 'ec2' || shape.traits.xmlFlattened
      const prefix = flat ? name : `${name}.${element.traits.xmlName ?? 'member'}`
      const items = (value as readonly unknown[]).filter(item => item != null)
      items.forEach((item, index) => {
        write(element, item, `${prefix}.${index + 1}`, form)
      })
      return
    }
    case 'map': {
      const { key, value: valueShape } = entryOf(shape)
      const prefix = shape.traits.xmlFlattened ? name : `${name}.entry`
      Object.entries(value as Record<string, unknown>).forEach(([entryKey, entryValue], index) => {
        parameters.push([`${prefix}.${index + 1}.${key.traits.xmlName ?? 'key'}`, entryKey])
        write(valueShape, entryValue, `${prefix}.${index + 1}.${valueShape.traits.xmlName ?? 'value'}`, form)
      })
      return
    }
    case 'unit':
      return
    default:
      parameters.push([name, shape.isDouble ? doubleText(value) : simpleText(shape, value)])
  }
}

/** With a fraction even where it is nothing, as the original wrote it: 5.0. */
const doubleText = (value: unknown): string => String(value).replace(/^-?\d+$/, '$&.0')

const memberName = (name: string, { traits }: Shape, dialect: FormDialect): string => {
  if (dialect === 'ec2' && traits.ec2QueryName) return traits.ec2QueryName
  const written = traits.xmlName ?? name
  return dialect === 'ec2' ? written.charAt(0).toUpperCase() + written.slice(1) : written
}

/** Text of a simple value. Whole seconds are written without a fraction, as the original wrote them. */
export const simpleText = (shape: Shape, value: unknown): string => {
  if (shape.kind === 'blob') return Buffer.from(value as Uint8Array | string).toString('base64')
  if (!(value instanceof Date)) return String(value)
  if (shape.timestamp === 'http-date') return value.toUTCString()
  if (shape.timestamp === 'epoch-seconds') return String(value.getTime() / 1000)
  return value.toISOString().replace('.000Z', 'Z')
}

/** Percent-encoding in which only unreserved characters stay as they are. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

export const encodeForm = (parameters: readonly Parameter[]): string =>
  parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
