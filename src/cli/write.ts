// SPDX-License-Identifier: BSD-2-Clause

/** Resolves when the text has been handed to the system; rejects when nobody reads any more. */
export const write = (stream: NodeJS.WritableStream, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    if (text === '') resolve()
    else stream.write(text, error => (error ? reject(error) : resolve()))
  })
