const INTEGER = /^-?[1-9]\d{0,39}$/;
const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
/** Integers up to here are written out; DynamoDB keeps 38 digits and exponents up to 125. */
const MAX_PLAIN_DIGITS = 40;

/**
 * One spelling for each number: `1.0` → `1`, `1e2` → `100`, `-0` → `0`. Works on the text, so all 38 digits
 * that DynamoDB keeps are compared.
 * @throws TypeError if the text is no decimal number
 */
export function canonicalNumber(text: string): string {
  if (INTEGER.test(text) || text === '0') return text;
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  if (sign === undefined || whole + fraction === '')
    throw new TypeError(`Not a number as DynamoDB writes them: ${JSON.stringify(text)}`);
  if (digits === '') return '0';
  const significant = digits.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  const minus = sign === '-' ? '-' : '';
  return power >= 0 && significant.length + power <= MAX_PLAIN_DIGITS
    ? minus + significant + '0'.repeat(power)
    : `${minus}${significant}e${power}`;
}
