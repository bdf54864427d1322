"""The people of the demo. Every one of them is made up, and every address ends in `.example` (RFC 2606)."""

from dataclasses import dataclass

from backend.common import accents


@dataclass(frozen=True)
class Applicant:
    """Somebody who applies: what they write, and where else they can be seen."""

    name: str
    words: str
    link: str = ""

    @property
    def email(self) -> str:
        """Give the address: the plain name at a fictional provider."""
        plain = "".join(letter if letter.isalnum() else "." for letter in accents.plain(self.name))
        return ".".join(part for part in plain.split(".") if part) + "@courrier.example"


APPLICANTS = (
    Applicant(
        "Zoé Brémond-Lacaze", "J’ai tenu pendant trois ans l’API d’un réseau de capteurs : 40 000 relevés par heure."
    ),
    Applicant(
        "Noël Gœury",
        "Votre façon de livrer chaque semaine me donne très envie.",
        "https://github.com/noel-goeury-exemple",
    ),
    Applicant("Aïcha Benmansour", "Je termine une mission de douze mois et je suis libre en janvier."),
    Applicant("Łukasz Wiśniewski", "I work in French and English, and I have shipped two public services."),
    Applicant("Maëlys Le Guén", "Quelques lignes suffisent, dites-vous : j’aime comprendre avant de construire."),
    Applicant(
        "Théo d’Arcy-Ferrand", "Mon profil est en lien.", "https://www.linkedin.com/in/theo-darcy-ferrand-exemple"
    ),
    Applicant("Siân O’Dowd", "My portfolio and CV are attached. I am free from the first of December."),
    Applicant(
        "Anne-Sophie de Lestrange-Boisvert", "J’ai accompagné quatre équipes publiques, de l’idée au déploiement."
    ),
    Applicant("Bakary Sorel", "Ce que vous faites pour les communes, je l’ai fait pour des écoles."),
    Applicant("Inès Valmorin", "J’écris du code que d’autres reprennent avec plaisir : c’est ma fierté."),
    Applicant("Wiktor Ostrowicz", "Disponible quatre jours par semaine, à distance, avec plaisir pour vos réunions."),
    Applicant("Solenn Abgral", "Je dessine, je teste, je recommence. Le lien vers mes travaux est dans le CV."),
    Applicant("Ömer Yıldırım", "Dix ans de bases de données, dont cinq dans le domaine de l’eau."),
    Applicant("Capucine Roche", "On m’a parlé de vous hier, et j’ai lu tout votre code dans la soirée."),
    Applicant("Jean-Baptiste Œuvrard", "Je cherche une équipe petite, exigeante et bienveillante."),
    Applicant("Nour El Idrissi", "Développeuse depuis huit ans, dont trois sur des services à forte charge."),
)

STRANGER = Applicant("Gilles Marchandon", "Bonjour, nous vendons des imprimantes. Quand pouvons-nous vous appeler ?")
"""Somebody whose message answers no posting."""
