// What a look at the rows says before anything is trained. Numbers only: rules say what is too much.

/** A share of rows with the limits of its 95 % interval. */
export interface ShareFact {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Rows looked at. */
  readonly count: number;
}

/** One column as it is in the table. Lists of columns hold those that a rule or a reader may care about, not all. */
export interface ColumnFact {
  readonly column: string;
  /** What was measured, in the unit that the list says. */
  readonly value: number;
}

/** How often a class occurs. */
export interface ClassCount {
  readonly label: string;
  readonly rows: number;
}

/** The target of the training rows. */
export interface TargetFacts {
  /** Rows of each class, in the order of the record's classes; null for a number. */
  readonly classCounts: readonly ClassCount[] | null;
  /** Classes of dev rows that no training row has; 0 for a number. */
  readonly unseenClasses: number;
  /** Of a number, in its own unit; null for classes. */
  readonly mean: number | null;
  readonly deviation: number | null;
  readonly least: number | null;
  readonly most: number | null;
  /** Different values of a number among the rows looked at, and whether all of them are whole. */
  readonly distinct: number | null;
  readonly whole: boolean | null;
  /**
   * The least or largest number where several rows have it: how many, and how far the nearest other number is, in standard
   * deviations of the other rows. A number like 999 that stands for "unknown" is far. Null for classes, and where both ends
   * occur once.
   */
  readonly repeatedEnd: { readonly value: number; readonly rows: number; readonly distance: number } | null;
  /** Mean and standard deviation of a number as it is trained: 0 and 1 where the plan standardizes it. */
  readonly trainedMean: number | null;
  readonly trainedDeviation: number | null;
}

/** The inputs. */
export interface InputFacts {
  /** Columns that may be used, before any is left out. */
  readonly columns: number;
  /** Columns with one value only on the training rows. */
  readonly constant: readonly string[];
  /**
   * How many more columns hold one value in all but 1 % of the rows, or three of them, as rare words and pixels at edges do.
   */
  readonly nearlyConstant: number;
  /** Columns that hold the same values as an earlier one. */
  readonly duplicate: readonly { readonly column: string; readonly of: string }[];
  /** Columns that name rows: nearly every value is different. */
  readonly idLike: readonly string[];
  /** Share of empty cells of the columns that have any, most first. */
  readonly missing: readonly ColumnFact[];
  /**
   * As the network sees them, after the plan's preprocessing: the least, median and largest standard deviation of a numeric
   * column (or of a channel of images) that is not constant, and the largest |mean|. Null without such columns.
   */
  readonly scale: {
    readonly leastDeviation: number;
    readonly medianDeviation: number;
    readonly largestDeviation: number;
    readonly largestDeviationColumn: string;
    readonly largestMean: number;
    readonly largestMeanColumn: string;
  } | null;
  /**
   * How well single columns predict the target alone, best first, at most five: the share of the error of knowing nothing
   * that is left, measured on rows that were not used to build the prediction. 0 is perfect, 1 is no use.
   */
  readonly alone: readonly ColumnFact[];
}

/** Rows that are the same in all used columns. */
export interface DuplicateFacts {
  /** Share of dev rows that are also training rows, of those looked at; null without dev rows. */
  readonly across: ShareFact | null;
  /** Share of training rows that another training row equals. */
  readonly within: ShareFact;
  /** Share of training rows that equal another training row with another class; null for a number. */
  readonly contradicting: ShareFact | null;
}

/** Two classes that neighbours confuse. Shares are means of the two classes' own, so that 0.5 is a coin at any sizes. */
export interface ClassPair {
  readonly a: string;
  readonly b: string;
  /** Share of rows of `a` and `b` whose nearest other row of one of the two has the other class. */
  readonly confused: ShareFact;
  /**
   * Share that the better of two cross-validated classifiers takes for the other class: trees, a linear discriminant. Null
   * where points do not hold all that a network sees, as with images that were shrunk for them.
   */
  readonly classified: ShareFact | null;
}

/** What neighbouring training rows say; distances in standardized columns. Null where rows have no distance. */
export interface NeighbourFacts {
  /** Rows looked at. */
  readonly rows: number;
  /** Error of the nearest other row (classes), or its rmse as a share of the standard deviation (a number). */
  readonly error: ShareFact;
  /**
   * A lower bound of the best possible error by Cover and Hart (1967): E >= (K - 1) / K (1 - sqrt(1 - K / (K - 1) e1)) for K
   * classes and the nearest neighbour's error e1; for a number e1 / sqrt(2). Null as above.
   */
  readonly optimalErrorBound: number | null;
  /** The most confused pairs of classes, at most five; null for a number. */
  readonly pairs: readonly ClassPair[] | null;
}

/** Rows of one label among the rows of another class. */
export interface MislabelledClass {
  readonly label: string;
  readonly looksLike: string;
  /** Share of the label's training rows that seem to be of the other class. */
  readonly share: ShareFact;
  /**
   * How many times as often this happens as between the other classes, at least: where classes overlap by nature, both
   * directions do, and this is about 1 or less.
   */
  readonly contrast: number;
}

/** Training rows whose label is not the one that dev rows alike have. */
export interface ContradictedClass {
  readonly label: string;
  readonly looksLike: string;
  /** Share of the label's training rows that would have the other label among the dev rows. */
  readonly share: ShareFact;
  /**
   * Rows of a class that are missing, not mislabelled, leave fewer rows where that class is. By so many standard errors the
   * training rows lie away from where they would then be.
   */
  readonly notMissing: number;
}

/** Labels that a cross-validated classifier contradicts with confidence (Northcutt et al., 2021). */
export interface LabelNoiseFacts {
  /** Of all training rows; null where the classifier knows too little. */
  readonly share: ShareFact | null;
  /**
   * Share of the contradicted rows that lie in the innermost quarter of the class that they look like. A quarter of wrong
   * labels do, and few of the rows where classes overlap. Null where the classifier knows too little or contradicts nothing.
   */
  readonly innermost: ShareFact | null;
  /** What `innermost` would be for two normal distributions that overlap as much as these classes do; null as above. */
  readonly byNature: number | null;
  /** The largest contrast first, at most five. */
  readonly classes: readonly MislabelledClass[];
  /** Compared with dev rows, the largest lower limit first, at most five; null without dev rows. */
  readonly againstDev: readonly ContradictedClass[] | null;
  /** Training rows (numbers of the table) that look most mislabelled, at most 20. */
  readonly rows: readonly { readonly row: number; readonly label: string; readonly looksLike: string }[];
}

/** Whether training and dev rows are alike: a classifier that tells them apart. */
export interface ShiftFacts {
  /** Area under the ROC curve of a cross-validated classifier of train against dev rows: .5 is alike. */
  readonly auc: number;
  readonly low: number;
  readonly high: number;
  /** The columns that differ most, at most five: |difference of means| / standard deviation of the training rows. */
  readonly columns: readonly ColumnFact[];
}

/** What a look at the data says. A part that could not be looked at is null. */
export interface DataFacts {
  readonly rows: { readonly train: number; readonly dev: number | null };
  readonly target: TargetFacts;
  readonly input: InputFacts | null;
  readonly duplicates: DuplicateFacts | null;
  readonly neighbours: NeighbourFacts | null;
  readonly labelNoise: LabelNoiseFacts | null;
  readonly shift: ShiftFacts | null;
}
