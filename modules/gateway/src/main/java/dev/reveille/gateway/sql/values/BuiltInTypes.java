package dev.reveille.gateway.sql.values;

import dev.reveille.gateway.sql.values.ColumnType.Scalar;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The types that every PostgreSQL has, by their OIDs (PostgreSQL manual, 53.64 and 74.2.2: OIDs below 10,000 are the same
 * everywhere). Functions only; any thread.
 */
public final class BuiltInTypes {

    /** Without those that are written apart below; vectors are here because they print no array literal. */
    private static final int[] TEXTS = {
        17, 18, 19, 20, 22, 24, 25, 26, 27, 28, 29, 30, 32, 142, 194, 269, 325, 600, 601, 602, 603, 604, 628, 650, 705,
        718, 774, 790, 829, 869, 1033, 1042, 1043, 1082, 1083, 1114, 1184, 1186, 1266, 1560, 1562, 1700, 1790, 2202,
        2203, 2204, 2205, 2206, 2249, 2275, 2276, 2277, 2278, 2279, 2280, 2281, 2283, 2287, 2776, 2950, 2970, 3115,
        3220, 3310, 3361, 3402, 3500, 3614, 3615, 3642, 3734, 3769, 3831, 3838, 3904, 3906, 3908, 3910, 3912, 3926,
        4072, 4089, 4096, 4191, 4451, 4532, 4533, 4534, 4535, 4536, 4537, 4538, 4600, 4601, 5017, 5038, 5069, 5077,
        5078, 5079, 5080,
    };

    /** Arrays of those. */
    private static final int[] TEXT_ARRAYS = {
        143, 210, 270, 271, 272, 273, 629, 651, 719, 775, 791, 1001, 1002, 1003, 1006, 1008, 1009, 1010, 1011, 1012,
        1013, 1014, 1015, 1016, 1017, 1018, 1019, 1027, 1028, 1034, 1040, 1041, 1115, 1182, 1183, 1185, 1187, 1231,
        1263, 1270, 1561, 1563, 2201, 2207, 2208, 2209, 2210, 2211, 2949, 2951, 3221, 3643, 3644, 3645, 3735, 3770,
        3905, 3907, 3909, 3911, 3913, 3927, 4073, 4090, 4097, 4192, 5039, 6150, 6151, 6152, 6153, 6155, 6157,
    };

    private static final int BOX_ARRAY = 1020;

    private static final Map<Integer, ColumnType> TYPES = types();

    private BuiltInTypes() {}

    /** The type of this OID, where it is one of PostgreSQL's own. */
    public static Optional<ColumnType> find(int oid) {
        return Optional.ofNullable(TYPES.get(oid));
    }

    /** A value of the type with this OID, or an element of an array of it: text unless it is one of PostgreSQL's own. */
    public static Scalar scalar(int oid) {
        ColumnType type = TYPES.get(oid);
        return type == null || type.array() ? Scalar.TEXT : type.scalar();
    }

    private static Map<Integer, ColumnType> types() {
        Map<Integer, ColumnType> types = new HashMap<>();
        for (int oid : TEXTS) {
            types.put(oid, ColumnType.TEXT);
        }
        for (int oid : TEXT_ARRAYS) {
            types.put(oid, ColumnType.arrayOf(Scalar.TEXT));
        }
        types.put(BOX_ARRAY, new ColumnType(Scalar.TEXT, true, ';'));
        both(types, 16, 1000, Scalar.BOOL);
        both(types, 21, 1005, Scalar.INT);
        both(types, 23, 1007, Scalar.INT);
        both(types, 700, 1021, Scalar.FLOAT);
        both(types, 701, 1022, Scalar.FLOAT);
        both(types, 114, 199, Scalar.JSON);
        both(types, 3802, 3807, Scalar.JSON);
        return Map.copyOf(types);
    }

    private static void both(Map<Integer, ColumnType> types, int oid, int arrayOid, Scalar scalar) {
        types.put(oid, ColumnType.of(scalar));
        types.put(arrayOid, ColumnType.arrayOf(scalar));
    }
}
