// Who signs in. Each test has a number of its own, so that the waits of one do not disturb another.

export class Person {
  /** `912 0000001`: the part that all spellings share. */
  readonly subscriber: string;

  private constructor(subscriber: string) {
    this.subscriber = subscriber;
  }

  private static born = 0;

  static create(): Person {
    Person.born += 1;
    return new Person(`912${String(1_000_000 + Person.born * 37).padStart(7, "0")}`);
  }

  /** `+989121000037` */
  get e164(): string {
    return `+98${this.subscriber}`;
  }

  /** `+98 912 100 0037` */
  get international(): string {
    return `+98 ${this.grouped}`;
  }

  /** `0912 100 0037`, as people in Iran write it. */
  get national(): string {
    return `0${this.grouped}`;
  }

  /** The same in Persian digits. */
  get persian(): string {
    return inPersian(this.national);
  }

  get lastTwoDigits(): string {
    return this.subscriber.slice(-2);
  }

  private get grouped(): string {
    return `${this.subscriber.slice(0, 3)} ${this.subscriber.slice(3, 6)} ${this.subscriber.slice(6)}`;
  }
}

/** The digits as a Persian keyboard types them. */
export function inPersian(text: string): string {
  return text.replace(/\d/g, (digit) => String.fromCodePoint(0x06f0 + Number(digit)));
}
