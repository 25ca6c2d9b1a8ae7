// What the pages say: the product's words, once. A test that fails here says that a sentence has changed.

const EXAMPLE = "Enter a mobile number, like 07700 900123 or +44 7700 900123";

export const sentences = {
  phoneEmpty: "Enter your mobile number",
  phoneTooShort: `That number is too short. ${EXAMPLE}`,
  phoneTooLong: `That number is too long. ${EXAMPLE}`,
  phoneNotDigits: `A number is digits only. ${EXAMPLE}`,
  phoneNotMobile: `That number cannot get text messages. ${EXAMPLE}`,
  phoneUnknown: EXAMPLE,
  regionNeeded: "Choose your country, or start the number with + and the country’s code",
  regionNotServed: (countries: string) => `We cannot send codes to this number. Use a mobile number from ${countries}`,
  codeEmpty: "Enter the code",
  codeLength: (digits: number) => `The code has 6 digits, you entered ${digits}`,
  codeNotDigits: "The code is digits only",
  codeWrong: "That code is not right. Check it and try again",
  codeWrongTriesLeft: (tries: number) => `That code is not right. You have ${tries} ${tries === 1 ? "try" : "tries"} left`,
  codeExpired: "That code has run out",
  guessesExhausted: "Too many tries",
  challengeMissing: "This attempt to sign in is over. Enter your number again",
  tooEarly: /You can ask for another code in \d+ seconds?\. Check your messages first/,
  quotaUsedUp: /You can try again in \d+ (minutes|hours)/,
  notSent: "We could not send the message. Try again in a minute; nothing was used up",
  outOfOrder: "Sorry, sign-in is not working right now. People already signed in are not affected",
  unreachable: "We could not reach the site. Check your connection and try again",
};
