// SPDX-License-Identifier: BSD-2-Clause
// The body of an S3 POST form upload: fields, then one file. The fields are small and read whole; the file is a stream that
// the caller stages. What comes behind the file is passed over, as S3 does.
import { Readable } from 'node:stream'
import { Refusal } from '../errors'
import type { HttpRequest } from '../http'

export interface PostForm {
  /** Values by name in lower case: S3 does not tell `Policy` from `policy`. */
  readonly fields: ReadonlyMap<string, string>
  readonly file: PostFile
  /** Stop reading, for a form that is refused before its file was read. */
  discard(): void
}

export interface PostFile {
  /** Name that the client gave, without folders. */
  readonly name: string
  /** Content type of the part; '' where it has none. */
  readonly type: string
  /** The file's bytes. Fails with a Refusal when the body ends too early or the file is too long. */
  readonly stream: Readable
}

export interface PostFormLimits {
  /** All of one field; default 20 KiB, which is S3's limit for the part of a form that is not the file. */
  readonly fieldBytes?: number
  /** Default 100. */
  readonly fields?: number
  /** Default 5 GiB, S3's largest object in one request. */
  readonly fileBytes?: number
}

const malformed = (): Refusal =>
  new Refusal(
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
    400,
  )

const ONE_FILE = 'POST requires exactly one file upload per request.'

/** True for a request whose body is such a form. */
export const isPostForm = ({ method, headers }: HttpRequest): boolean =>
  method === 'POST' && /^multipart\/form-data\b/i.test(headers['content-type'] ?? '')

// busboy reports a body that ends too early on the file's stream, and a file over the limit by cutting it off.
async function* fileBytes(file: Readable & { truncated?: boolean }): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of file) yield chunk as Buffer
  } catch {
    throw new Refusal(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header.',
      400,
    )
  }
  if (file.truncated)
    throw new Refusal('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed object size.', 400)
}

const fieldText = async (part: Readable, limit: number): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of part) {
    bytes += (chunk as Buffer).length
    if (bytes > limit) throw malformed()
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString()
}

/**
 * Read a form up to its file. Refuses with `MalformedPOSTRequest` for a body that is no form, whose fields are too long or
 * too many, and with `InvalidArgument` for a form without a file.
 */
export const readPostForm = async (request: HttpRequest, limits: PostFormLimits = {}): Promise<PostForm> => {
  const { default: busboy } = await import('busboy')
  const fieldLimit = limits.fieldBytes ?? 20 * 1024
  const body = Buffer.isBuffer(request.body)
    ? Readable.from([request.body])
    : (request.body ?? Readable.from([]))
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>()
    // Fields that came as files, as those of Python's requests do: every part has a file name.
    const pending: Promise<void>[] = []
    let bytes = 0
    let isFound = false
    let form: ReturnType<typeof busboy>
    const fail = (error: Refusal): void => {
      body.unpipe(form)
      body.resume()
      reject(error)
    }
    const keep = (name: string, value: string): void => {
      bytes += name.length + value.length
      if (bytes > fieldLimit) fail(malformed())
      else fields.set(name.toLowerCase(), value)
    }
    const finish = (file: PostFile, discard: () => void): void => {
      isFound = true
      const found = (): void => resolve({ fields: new Map(fields), file, discard })
      if (pending.length === 0) found()
      else void Promise.all(pending).then(found)
    }
    const fieldsAtMost = limits.fields ?? 100
    try {
      form = busboy({
        headers: { ...request.headers },
        limits: {
          fieldNameSize: 256,
          fieldSize: fieldLimit,
          fields: fieldsAtMost,
          files: fieldsAtMost + 1,
          fileSize: limits.fileBytes ?? 5 * 1024 ** 3,
          headerPairs: 50,
        },
      })
    } catch {
      reject(malformed())
      return
    }
    form.on('field', (name, value, { nameTruncated, valueTruncated, mimeType }) => {
      if (isFound) return
      if (nameTruncated || valueTruncated) fail(malformed())
      else if (name.toLowerCase() === 'file') {
        // A form without a file to choose gives the content as text. What comes after it does not count.
        finish({ name: '', type: mimeType, stream: Readable.from([Buffer.from(value)]) }, () => {
          body.unpipe(form)
          body.resume()
        })
      } else keep(name, value)
    })
    form.on('fieldsLimit', () => fail(malformed()))
    form.on('filesLimit', () => fail(malformed()))
    form.on('file', (name, stream, { filename, mimeType }) => {
      // A body that is cut off may end the stream before anyone reads it; whoever reads it then is told so.
      stream.on('error', () => undefined)
      if (isFound) {
        stream.resume()
        return
      }
      if (name.toLowerCase() !== 'file') {
        pending.push(
          fieldText(stream, fieldLimit).then(
            value => keep(name, value),
            () => fail(malformed()),
          ),
        )
        return
      }
      const file = { name: filename ?? '', type: mimeType ?? '', stream: Readable.from(fileBytes(stream)) }
      finish(file, () => {
        body.unpipe(form)
        stream.resume()
        body.resume()
      })
    })
    // What is wrong behind the start of the file is told to those who read the file.
    form.on('error', () => isFound || fail(malformed()))
    form.on('close', () => isFound || reject(new Refusal('InvalidArgument', ONE_FILE, 400)))
    body.on('error', () => form.destroy(malformed()))
    body.pipe(form)
  })
}
