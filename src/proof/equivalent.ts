/** Mutants that change nothing anyone could see, and why: clauses that say twice what the chart's shape says already. */
export const equivalentMutants: ReadonlyMap<string, string> = new Map(
  [
    [
      'root on message.assessed [isEnded]: dropped',
      'a thread ends only when all is assessed, so no assessment can come',
    ],
    ['showsRisk: clause isOpen dropped', 'a thread ends only when all is assessed, so no assessment can come'],
    ['showsCalm: clause isOpen dropped', 'a thread ends only when all is assessed, so no assessment can come'],
    ['settlesAssessment: clause isOpen dropped', 'a thread ends only when all is assessed, so no assessment can come'],
    ['showsHarmAtTheLimit: clause riskIsClear dropped', 'while flagged nothing has failed, so the limit is not met'],
    ['showsHarmAfterLastRedirection: clause riskIsClear dropped', 'while flagged the lifecycle is engaging or forked'],
    ['showsHarmAfterLastWarning: clause riskIsClear dropped', 'while flagged the lifecycle is engaging or forked'],
    ['mayWarn: clause riskIsClear dropped', 'while flagged the lifecycle is engaging or forked'],
    ['mayProposeEnd: clause riskIsClear dropped', 'while flagged the lifecycle is engaging or forked'],
    ['mayEndForHarm: clause riskIsClear dropped', 'while flagged the lifecycle is engaging or forked'],
    ['mayEndAsAsked: clause riskIsClear dropped', 'while flagged nothing is closing'],
  ].map(([change, why]) => [change as string, why as string]),
)
