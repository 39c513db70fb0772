import type { Fault } from './fault.ts';

interface Known {
  says: RegExp;
  fault(found: readonly string[]): Fault;
}

const MOST_QUOTED = 300;

/** onnxruntime's errors for files that it does not load, as of 1.30, and what to do. */
const KNOWN: readonly Known[] = [
  {
    says: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    fault: ([, has, most]) => ({
      what: `The file has IR version ${has}; onnxruntime here reads up to ${most}.`,
      next: `Set it before saving: onnx_model.ir_version = ${most}. Or use an older onnx package.`,
    }),
  },
  {
    says: /Opset (\d+) is under development.*Current official support for domain (\S+) is till opset (\d+)/s,
    fault: ([, has, domain, most]) => ({
      what: `The file uses opset ${has} of ${domain}; onnxruntime here knows up to ${most}.`,
      next: `Export for an older one, e.g. ${domain === 'ai.onnx' ? `target_opset=${most}` : `target_opset={"": 18, "${domain}": ${most}}`} with skl2onnx.`,
    }),
  },
  {
    says: /No Op registered for (\S+) with domain_version of (\d+)/,
    fault: ([, operator, version]) => ({
      what: `The operator ${operator} is unknown to onnxruntime in opset ${version}.`,
      next: 'Export the model with standard operators only: custom operators are not loaded.',
    }),
  },
  {
    says: /Fatal error: (\S+?)(?:\(\S*\))? is not a registered function\/op/,
    fault: ([, operator]) => ({
      what: `The operator ${operator} is unknown to onnxruntime.`,
      next: 'Export the model with standard operators only: custom operators are not loaded.',
    }),
  },
  {
    says: /Could not find an implementation for (\S+?)\((\d+)\)/,
    fault: ([, operator, version]) => ({
      what: `onnxruntime has no CPU implementation of ${operator} (opset ${version}) for the types in this model.`,
      next: 'Often the types are float64: export it with FloatTensorType inputs, or for another opset.',
    }),
  },
  {
    says: /protobuf parsing failed/i,
    fault: () => ({
      what: 'The file is not an ONNX model: its bytes cannot be read.',
      next: 'Write onnx_model.SerializeToString() to the file.',
    }),
  },
];

/** Why onnxruntime failed: in plain words for common causes, otherwise its own message. */
export function explainLoad(error: unknown): Fault {
  const said = error instanceof Error ? error.message : String(error);
  for (const { says, fault } of KNOWN) {
    const found = says.exec(said);
    if (found) return fault(found);
  }
  return {
    what: `onnxruntime says: ${cleaned(said)}`,
    next: 'Check the file with onnx.checker.check_model and with onnxruntime in Python.',
  };
}

/** Without the location in onnxruntime's sources, which comes first and is long. */
function cleaned(said: string): string {
  const words = said
    .replaceAll(/\s+/g, ' ')
    .replace(/^\/onnxruntime_src\/\S+ .*?\) (?=[A-Z])/, '')
    .trim();
  return words.length > MOST_QUOTED ? `${words.slice(0, MOST_QUOTED)} …` : words;
}
