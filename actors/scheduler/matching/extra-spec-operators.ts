type Test = (value: string, operand: string) => boolean;

/** Compares as decimal numbers; texts that are none compare to nothing. */
const numeric =
  (compare: (left: number, right: number) => boolean): Test =>
  (value, operand) => {
    const left = numberOf(value);
    const right = numberOf(operand);
    return left !== null && right !== null && compare(left, right);
  };

/** A decimal number, or null. `Number` would take the empty text for zero. */
const numberOf = (text: string): number | null => {
  const trimmed = text.trim();
  const number = Number(trimmed);
  return trimmed === '' || Number.isNaN(number) ? null : number;
};

/** Operators with one operand. `=` means "at least", as Nova has it for historical reasons. */
const ONE_OPERAND: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['=', numeric((left, right) => left >= right)],
  ['==', numeric((left, right) => left === right)],
  ['!=', numeric((left, right) => left !== right)],
  ['>=', numeric((left, right) => left >= right)],
  ['<=', numeric((left, right) => left <= right)],
  ['s==', (value, operand) => value === operand],
  ['s!=', (value, operand) => value !== operand],
  ['s<', (value, operand) => value < operand],
  ['s<=', (value, operand) => value <= operand],
  ['s>', (value, operand) => value > operand],
  ['s>=', (value, operand) => value >= operand],
  ['<in>', (value, operand) => value.includes(operand)],
]);

/**
 * Whether a value of a host or an aggregate is what an extra spec requires. The first word of the requirement is the
 * operator; without one both texts must be equal. Nova: nova/scheduler/filters/extra_specs_ops.py.
 */
export function meetsRequirement(value: string, requirement: string): boolean {
  const [operator = '', ...operands] = requirement.split(/\s+/).filter((word) => word !== '');
  switch (operator) {
    case '<or>':
      // `<or> a <or> b`: every second word is an alternative.
      return operands.some((operand, index) => index % 2 === 0 && operand === value);
    case '<all-in>':
      return operands.length > 0 && operands.every((operand) => value.includes(operand));
    default: {
      const test = ONE_OPERAND.get(operator);
      if (test === undefined) return value === requirement;
      const [operand] = operands;
      return operand !== undefined && test(value, operand);
    }
  }
}
