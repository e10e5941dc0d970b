/** The exported stories, for our own rulebook: under policies that together turn every switch. */
import fc from 'fast-check'
import { arbitraries } from '../../src/testing/arbitraries.js'

/** A story under one of the varied policies. */
export const stories = arbitraries(fc).conversations()
