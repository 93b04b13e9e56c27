/** An error as Google's JSON API describes it: a status, a word for programs and a sentence for people. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }

  /** The body of the answer. */
  toJson(): object {
    return {
      error: {
        code: this.status,
        message: this.message,
        errors: [{ message: this.message, domain: 'global', reason: this.reason }],
      },
    };
  }
}

export const invalid = (message: string) => new ApiFailure(400, 'invalid', message);
export const notFound = (what: string) => new ApiFailure(404, 'notFound', what);
export const conditionNotMet = () =>
  new ApiFailure(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');
/** What was asked for has not changed: an answer without a body. */
export const notModified = () => new ApiFailure(304, 'notModified', 'Not modified');

/** An error as the XML API describes it, which signed URLs meet. */
export class XmlFailure extends Error {
  override readonly name = 'XmlFailure';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The body of the answer. */
  toXml(): string {
    return `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${this.code}</Code><Message>${this.message}</Message></Error>`;
  }
}
